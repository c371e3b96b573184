"""What the API description says in words: schemathesis reads only schemas, and would send values that are refused for good reasons."""

from datetime import datetime, timezone
from itertools import count

import schemathesis
from hypothesis import strategies as st
from schemathesis import GenerationMode

MOMENTS = st.datetimes(
    min_value=datetime(2000, 1, 1), max_value=datetime(2199, 12, 31), timezones=st.just(timezone.utc)
)

schemathesis.openapi.format("date-time", MOMENTS.map(datetime.isoformat))
schemathesis.openapi.format("date", MOMENTS.map(lambda moment: moment.date().isoformat()))
schemathesis.openapi.format("idn-email", st.just("ada@partner.example"))
schemathesis.openapi.format("uri", st.just("https://portal.example/app"))

# Names of IANA and of BCP 47 are lists and no patterns, and some moments have to have come, or not to have come yet.
KNOWN = {
    "time": "2026-01-06T09:00:00Z",
    "expiresAt": "2190-01-01T00:00:00Z",
    "date": "2026-02-09",
    "at": "2026-02-09T09:00:00Z",
    "timeZone": "Europe/Berlin",
    "locale": "de-DE",
    "datacontenttype": "application/json",
    "accountUrl": "https://portal.example/{accountId}",
    "postUrl": "https://portal.example/{postId}",
    "color": "#1d4ed8",
}


# Attributes beyond these are extensions; they are not objects or lists.
ATTRIBUTES = {"specversion", "id", "source", "type", "time", "datacontenttype", "dataschema", "subject", "correlationid", "data"}


# An id is given to one event only.
ids = map(str, count())


def known(value):
    """The value with names and templates that exist, and events without extensions."""
    if isinstance(value, dict):
        if "specversion" in value:
            value = {key: child for key, child in value.items() if key in ATTRIBUTES}
            value["id"] = next(ids)
        return {key: KNOWN[key] if key in KNOWN and child is not None else known(child) for key, child in value.items()}
    if isinstance(value, list):
        return [known(child) for child in value]
    return value


# 30 wrong credentials of one address close it for a minute, and each check of authentication shows one.
addresses = (f"10.{n // 65536 % 256}.{n // 256 % 256}.{n % 256}" for n in count())


@schemathesis.hook
def before_call(context, case, kwargs):
    case.headers["X-Forwarded-For"] = next(addresses)
    if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
        return
    case.body = known(case.body)
    case.query = known(case.query)
    # A cursor, a position and the end of an overlap depend on earlier answers.
    for name in ("after", "from") if case.path.endswith("replay") else ("after",):
        case.query.pop(name, None)
    # A period does not end before it begins.
    for begin, end in (("from", "to"), ("slotFrom", "slotTo")):
        if begin in case.query and end in case.query:
            case.query[begin], case.query[end] = sorted((case.query[begin], case.query[end]))
    # Only these are about a social account.
    if case.path.endswith("why-not") and case.query.get("rule") not in ("settings-update-required", "account-expired"):
        case.query.pop("account", None)
    if isinstance(case.body, dict):
        case.body.pop("previousValidUntil", None)
