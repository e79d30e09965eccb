"""A client in Python, made of the document: it renames a site, and names nothing else of it."""

from __future__ import annotations

import os
import sys

from client import AuthenticatedClient
from client.api.sites import partners_api_change
from client.models import SiteChanges, SiteRecord

slug, title = sys.argv[1:]
session = AuthenticatedClient(base_url=os.environ["TIRAJ_URL"], token=os.environ["TIRAJ_SESSION"])
changed = partners_api_change.sync(slug, client=session, body=SiteChanges(site_title=title))
assert isinstance(changed, SiteRecord), changed
print(changed.site_title)
