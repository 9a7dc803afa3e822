"""Where Second Coder keeps what belongs to the user rather than to a study."""

from __future__ import annotations

import os
from pathlib import Path


def data_folder() -> Path:
    """The user's data folder of Second Coder, which may not exist yet; SECONDCODER_HOME names another."""
    if home := os.environ.get("SECONDCODER_HOME"):
        return Path(home)
    import platformdirs

    return Path(platformdirs.user_data_path("secondcoder"))


def settings_folder() -> Path:
    """The user's configuration folder of Second Coder, which may not exist yet; SECONDCODER_HOME names another."""
    if home := os.environ.get("SECONDCODER_HOME"):
        return Path(home)
    import platformdirs

    return Path(platformdirs.user_config_path("secondcoder"))
