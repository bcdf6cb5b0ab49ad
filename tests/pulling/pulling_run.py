"""Pull once, for a test that kills it; a script: ``python pulling_run.py LOCATION RAW [S3]``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "pulling"))

from pulling_source import TUESDAY, pulled

from infobank.pulling import Credentials

if __name__ == "__main__":
    location, raw, endpoint, user, password = sys.argv[1:]
    credentials = Credentials(user=user, password=password)
    pulled(location, Path(raw), TUESDAY, s3=endpoint, credentials=credentials)
