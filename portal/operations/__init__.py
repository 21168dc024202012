"""What who runs the portal needs: backup, restore, a doctor, figures for a monitor."""
