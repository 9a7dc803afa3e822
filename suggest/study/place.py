"""Where a study file may live: not on a network share and not in a folder that another program keeps in step."""

from __future__ import annotations

from pathlib import Path

from suggest.errors import Refused

NETWORK = frozenset(
    [
        "nfs",
        "nfs4",
        "cifs",
        "smb",
        "smb2",
        "smb3",
        "smbfs",
        "afpfs",
        "webdav",
        "davfs",
        "fuse.davfs2",
        "fuse.sshfs",
        "sshfs",
        "afs",
        "ceph",
        "fuse.ceph",
        "glusterfs",
        "fuse.glusterfs",
        "lustre",
        "gpfs",
        "ncpfs",
        "9p",
        "fuse.s3fs",
        "fuse.rclone",
        "fuse.gcsfuse",
        "beegfs",
    ]
)
_SYNC_NAMES = {
    "dropbox": "Dropbox",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "my drive": "Google Drive",
    "mobile documents": "iCloud Drive",
    "icloud drive": "iCloud Drive",
    "iclouddrive": "iCloud Drive",
    "nextcloud": "Nextcloud",
    "owncloud": "ownCloud",
    "box sync": "Box",
    "pclouddrive": "pCloud",
    "megasync": "MEGA",
    "seafile": "Seafile",
}
_SYNC_MARKS = {".stfolder": "Syncthing", ".dropbox.cache": "Dropbox", ".sync": "Resilio Sync"}


def check_place(path: Path) -> None:
    """Refuse a network share or a sync folder, with advice. Reading such a file is allowed, writing is not."""
    absolute = path.resolve()
    kind = file_system(absolute)
    if kind in NETWORK:
        raise Refused(
            f"{path.name}: the folder is on a network share ({kind}), where two programs can damage a study file. "
            "Keep the study on a disk of this machine; to share it, work on one machine over SSH, or use "
            "'secondcoder copy' and 'secondcoder merge'."
        )
    if service := sync_service(absolute):
        raise Refused(
            f"{path.name}: the folder is kept in step by {service}, which copies the file while it is being written. "
            "Move the study outside of it; put backups made with 'secondcoder backup' there instead, if your "
            "ethics approval allows."
        )


def sync_service(path: Path) -> str | None:
    """The name of the sync service whose folder holds the path."""
    for folder in path.parents:
        name = folder.name.lower()
        if name in _SYNC_NAMES:
            return _SYNC_NAMES[name]
        if name == "onedrive" or name.startswith("onedrive - "):
            return "OneDrive"
        for mark, service in _SYNC_MARKS.items():
            if (folder / mark).exists():
                return service
    return None


def file_system(path: Path) -> str:
    """The kind of file system that holds the path, in lower case; "" where the system does not say."""
    import psutil

    here = str(path)
    best, kind = "", ""
    for partition in psutil.disk_partitions(all=True):
        mount = partition.mountpoint
        inside = here == mount or here.startswith(mount.rstrip("/\\") + "/") or mount == "/"
        if inside and len(mount) >= len(best):
            best, kind = mount, partition.fstype.lower()
    return kind
