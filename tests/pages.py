"""What a test takes out of a page."""

import io
import re
import tarfile
from base64 import b64decode


def run_files(text):
    """Return the run files inside a page's text, by the names they have when unpacked."""
    (packed,) = re.findall(r'href="data:application/(?:x-xz|gzip);base64,([^"]+)"', text)
    with tarfile.open(fileobj=io.BytesIO(b64decode(packed))) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}
