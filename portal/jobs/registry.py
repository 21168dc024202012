"""What jobs this process knows how to run."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask, current_app

from portal.contracts import Job
from portal.host import Host, PluginProblem
from portal.jobs.cron import Cron

EXTENSION = "storewise_jobs"


class JobRegistry:
    """The jobs of the core and of every plug-in, by name."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._schedules: dict[str, Cron] = {}

    def register(self, job: Job) -> None:
        """Take in a job; raises ValueError for a name that is taken or a schedule that cannot be read."""
        if job.name in self._jobs:
            raise ValueError(f"two jobs are called {job.name!r}")
        if job.tries < 1 or job.lease_seconds < 1:
            raise ValueError(f"job {job.name!r} needs at least one try and a lease of at least one second")
        if job.cron:
            self._schedules[job.name] = Cron.parse(job.cron)
        self._jobs[job.name] = job

    def forget(self, owner: str) -> None:
        """Forget the jobs of a plug-in that cannot be used after all."""
        for name in [name for name in self._jobs if owner_of(name) == owner]:
            del self._jobs[name]
            self._schedules.pop(name, None)

    def get(self, name: str) -> Job:
        """The job of this name; raises LookupError when no plug-in here declares it."""
        try:
            return self._jobs[name]
        except KeyError:
            raise LookupError(f"no job is called {name!r}") from None

    def __contains__(self, name: object) -> bool:
        return name in self._jobs

    def __iter__(self) -> Iterator[Job]:
        return iter(self._jobs.values())

    @property
    def names(self) -> list[str]:
        """The names of all jobs."""
        return sorted(self._jobs)

    @property
    def schedules(self) -> dict[str, Cron]:
        """The jobs that start by themselves, and when."""
        return self._schedules


def init_app(app: Flask, host: Host) -> None:
    """Take in the jobs of the core and of each plug-in; a third-party plug-in whose jobs are wrong is quarantined."""
    from portal.rooms import JOBS

    registry = app.extensions[EXTENSION] = JobRegistry()
    for job in JOBS:
        registry.register(job)
    for plugin in list(host.plugins.values()):
        try:
            for job in plugin.jobs():
                registry.register(job)
        except ValueError as error:
            if host.is_bundled(plugin.name):
                raise PluginProblem(f"plug-in {plugin.name}: {error}") from error
            host.quarantine(plugin.name, str(error))
            registry.forget(plugin.name)


def the_registry() -> JobRegistry:
    """The jobs of the running application."""
    return current_app.extensions[EXTENSION]  # type: ignore[no-any-return]


def owner_of(name: str) -> str:
    """The plug-in that a job belongs to: the part before the dot; "portal" is the core."""
    return name.partition(".")[0]
