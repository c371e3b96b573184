import os
from datetime import datetime, timezone

from herald_api import AuthenticatedClient
from herald_api.api.events import publish_events
from herald_api.api.history import get_why, list_notifications
from herald_api.models import (
    NotificationPage,
    Problem,
    Receipt,
    SocialAccountAuthorisationRenewed,
    SocialAccountAuthorisationRenewedData,
    Why,
)

# Without configured access, Herald does not look at the key.
herald = AuthenticatedClient(
    base_url=os.environ.get("HERALD_URL", "http://localhost:3000"),
    token=os.environ.get("HERALD_KEY", "none"),
)

receipt = publish_events.sync(
    client=herald,
    body=SocialAccountAuthorisationRenewed(
        specversion="1.0",
        id="renewal-python-1",
        source="https://platform.example/accounts",
        type_="herald.social-account.authorisation-renewed.v1",
        time=datetime(2026, 3, 2, 8, 0, tzinfo=timezone.utc),
        data=SocialAccountAuthorisationRenewedData(
            account_id="fb-1",
            authorisation_expires_at=datetime(2026, 5, 2, 8, 0, tzinfo=timezone.utc),
        ),
    ),
)
# An error is problem details: `code` is stable, `detail` says what to do next.
if isinstance(receipt, Problem):
    raise SystemExit(f"{receipt.code}: {receipt.detail}")
assert isinstance(receipt, Receipt)
print("published:", receipt.status)

page = list_notifications.sync(client=herald, partner="linden")
assert isinstance(page, NotificationPage)
for notification in page.items:
    print(f"{notification.rule} to {notification.recipient_name}: {notification.outcome}")

    why = get_why.sync(notification.notification_id, client=herald)
    assert isinstance(why, Why)
    print("because:", why.sentence)
