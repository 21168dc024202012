__pycache__/
*.egg-info/
/dist/
/.mypy_cache/
/.pytest_cache/
/.ruff_cache/
