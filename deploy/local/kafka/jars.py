"""Kafka's jars: fetched once per checkout, by Maven."""

import fcntl
import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from local.errors import DiedError, MissingError
from local.places import LOCAL
from local.processes import Process

POM = Path(__file__).with_name("pom.xml")
HOME = LOCAL / "kafka"
MAVEN_SECONDS = 300

INSTALL = "install maven: `apt install maven` brings Java along"


def java_is_there() -> bool:
    """Java, and either the jars or Maven to fetch them."""
    return shutil.which("java") is not None and (is_complete(HOME) or shutil.which("mvn") is not None)


def is_complete(home: Path) -> bool:
    """Whether the folder holds exactly what this pom.xml asks for."""
    marker = home / "complete"
    return marker.is_file() and marker.read_text() == _wanted()


def fetch(home: Path = HOME) -> Path:
    """The folder of jars, fetched if need be (44 MB). Several runs may ask at once: one fetches, the others wait."""
    libs = home / "libs"
    if is_complete(home):
        return libs
    if shutil.which("mvn") is None:
        raise MissingError(f"Maven is needed to fetch Kafka's jars once: {INSTALL}")
    home.mkdir(parents=True, exist_ok=True)
    with _only_one(home / "lock"):
        if not is_complete(home):
            _fetch_into(home, libs)
            archive_of(home).unlink(missing_ok=True)
    return libs


def archive_of(home: Path = HOME) -> Path:
    """Where Java's archive of Kafka's loaded classes is; it need not be there, and Java then loads them one by one."""
    return home / "classes.jsa"


def archive(write: Callable[[Path], None], home: Path = HOME) -> None:
    """Have the archive written, once per checkout; `write` makes the file at the path that it is given."""
    whole = archive_of(home)
    if whole.is_file():
        return
    with _only_one(home / "lock"):
        if not whole.is_file():
            partial = home / "classes.jsa.partial"
            partial.unlink(missing_ok=True)
            write(partial)
            partial.rename(whole)


def _fetch_into(home: Path, libs: Path) -> None:
    (home / "complete").unlink(missing_ok=True)
    partial = home / "libs.partial"
    shutil.rmtree(partial, ignore_errors=True)
    command = ["mvn", "-q", "-B", "-ntp", "-f", str(POM), "dependency:copy-dependencies"]
    settings = [f"-DoutputDirectory={partial}", "-DincludeScope=runtime"]
    maven = Process("Maven", [*command, *settings], log_path=home / "maven.log")
    try:
        status = maven.start().wait(MAVEN_SECONDS)
    finally:
        maven.kill()
    if status != 0 or not any(partial.glob("kafka_*.jar")):
        raise DiedError(
            f"Maven could not fetch Kafka's jars; the end of its log ({maven.log_path}):\n{maven.log_tail()}"
        )
    shutil.rmtree(libs, ignore_errors=True)
    partial.rename(libs)
    (home / "complete").write_text(_wanted())


def _wanted() -> str:
    return hashlib.sha256(POM.read_bytes()).hexdigest()


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """The kernel lets go of the lock when its holder dies, so a killed fetch blocks nobody."""
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
