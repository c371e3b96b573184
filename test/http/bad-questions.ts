import { type BadRequest, post } from './bad-requests.js';
import { JSON_TYPE } from './herald.js';

const asked = (path: string, fields?: readonly string[], code = 'invalid-request'): BadRequest => ({
  ...{ what: `GET ${path.slice(0, 80)}`, path, status: 400, code },
  ...(fields ? { fields } : {}),
});

const missing = (path: string, method = 'GET'): BadRequest => ({
  ...{ what: `${method} ${path.slice(0, 80)}`, path, status: 404, code: 'not-found' },
  ...(method === 'GET' ? {} : { init: { method } }),
});

const wrongMethod = (path: string, method: string): BadRequest => ({
  ...{ what: `${method} ${path}`, path, status: 405, code: 'method-not-allowed', init: { method } },
});

const LISTS = [
  'notifications',
  'agenda',
  'people',
  'social-accounts',
  'approval-queues',
  'partners',
  'solutions',
  'dangling',
  'outbox',
];

/** What every list refuses in the same way. */
const PAGES = LISTS.flatMap((list) => [
  asked(`/v1/${list}?limit=0`, ['limit']),
  asked(`/v1/${list}?limit=201`, ['limit']),
  asked(`/v1/${list}?limit=abc`, ['limit']),
  asked(`/v1/${list}?limit=1.5`, ['limit']),
  asked(`/v1/${list}?limit=`, ['limit']),
  asked(`/v1/${list}?limit=5&limit=6`, ['limit']),
  asked(`/v1/${list}?nonsense=1`, ['nonsense']),
  asked(`/v1/${list}?after=`, ['after']),
  asked(`/v1/${list}?after=abc`, undefined, 'invalid-cursor'),
  asked(`/v1/${list}?after=${'a'.repeat(2049)}`, ['after']),
]);

const HISTORY = [
  asked('/v1/notifications?rule=all', ['rule']),
  asked('/v1/notifications?decision=maybe', ['decision']),
  asked('/v1/notifications?reason=none', ['reason']),
  asked('/v1/notifications?outcome=lost', ['outcome']),
  asked('/v1/notifications?order=random', ['order']),
  asked('/v1/notifications?from=yesterday', ['from']),
  asked('/v1/notifications?to=2026-03-02', ['to']),
  asked('/v1/notifications?slotFrom=2026-02-30T00:00:00Z', ['slotFrom']),
  asked('/v1/notifications?slotTo=%2B275760-09-13T00:00:00Z', ['slotTo']),
  ...['notifications', 'notifications/summary', 'access-log'].map((list) =>
    asked(`/v1/${list}?from=2026-03-03T00:00:00Z&to=2026-03-02T23:59:59Z`, ['to']),
  ),
  asked('/v1/notifications?slotFrom=2026-03-03T00:00:00Z&slotTo=2026-03-02T23:59:59Z', ['slotTo']),
  asked('/v1/notifications?recipient=', ['recipient']),
  asked('/v1/notifications?recipient=ada&recipient=ben', ['recipient']),
  asked(`/v1/notifications?partner=${'a'.repeat(257)}`, ['partner']),
  asked('/v1/notifications?rule=all&limit=0&x=1', ['rule', 'limit', 'x']),
  ...['', '/why', '/mail', '/verify'].flatMap((tail) => [
    asked(`/v1/notifications/7${tail}`),
    asked(`/v1/notifications/00000000-0000-4000-8000-00000000000z${tail}`),
    missing(`/v1/notifications/00000000-0000-4000-8000-000000000000${tail}`),
  ]),
];

const COVERAGE = [
  asked('/v1/coverage', ['date']),
  asked('/v1/coverage?date=', ['date']),
  asked('/v1/coverage?date=2026-02-30', ['date']),
  asked('/v1/coverage?date=2026-3-2', ['date']),
  asked('/v1/coverage?date=2026-03-02T09:00:00Z', ['date']),
  asked('/v1/coverage?date=1999-12-31', ['date']),
  asked('/v1/coverage?date=2199-12-31', ['date']),
  asked('/v1/coverage?date=2026-03-02&date=2026-03-03', ['date']),
  asked('/v1/coverage?date=2026-03-02&rule=all', ['rule']),
  asked('/v1/coverage?date=2026-03-02&state=lost', ['state']),
  asked('/v1/coverage?date=2026-03-02&state=missed&limit=201', ['limit']),
  asked('/v1/coverage?date=2026-03-02&nonsense=1', ['nonsense']),
  asked('/v1/coverage?date=2026-03-02&partner=%C2%9E', ['partner']),
  asked('/v1/coverage?date=2026-03-02&after=abc', undefined, 'invalid-cursor'),
  asked('/v1/coverage?date=2026-03-02&after=WyJhIiwxLG51bGxd', undefined, 'invalid-cursor'),
];

const OTHERS = [
  asked('/v1/projections/people/difference?samples=', ['samples']),
  asked('/v1/projections/people/difference?samples=0x10', ['samples']),
  asked('/v1/projections/people/difference?samples=-1', ['samples']),
  asked('/v1/projections/people/difference?samples=101', ['samples']),
  asked('/v1/agenda?days=1e1', ['days']),
  asked('/v1/why-not', ['person', 'rule']),
  asked('/v1/why-not?person=ada', ['rule']),
  asked('/v1/why-not?person=ada&rule=all', ['rule']),
  asked('/v1/why-not?person=ada&rule=account-expired&at=now', ['at']),
  asked('/v1/why-not?person=ada&rule=account-expired&at=2026-03-02T09:00:01Z', ['at'], 'not-yet-due'),
  asked('/v1/why-not?person=ada&rule=account-expired&nonsense=1', ['nonsense']),
  asked('/v1/why-not?person=ada&person=ben&rule=account-expired', ['person']),
  missing('/v1/why-not?person=ada&rule=account-expired'),
  missing('/v1/why-not?person=__proto__&rule=account-expired'),
  asked('/v1/agenda?days=0', ['days']),
  asked('/v1/agenda?days=401', ['days']),
  asked('/v1/agenda?days=week', ['days']),
  asked('/v1/people?person=', ['person']),
  asked('/v1/social-accounts?status=fine', ['status']),
  asked('/v1/social-accounts?owner=', ['owner']),
  asked('/v1/approval-queues?status=published', ['status']),
  asked('/v1/partners?status=connected', ['status']),
  asked('/v1/partners?solution=', ['solution']),
  asked('/v1/solutions?status=left', ['status']),
  missing('/v1/partners/nobody'),
  missing('/v1/partners/__proto__'),
  missing('/v1/solutions/nothing'),
  missing('/v1/social-accounts/nothing'),
  ...['social-accounts', 'partners', 'approval-queues', 'solutions'].flatMap((list) => [
    missing(`/v1/${list}/nothing/history`),
    missing(`/v1/${list}/__proto__/history`),
    asked(`/v1/${list}/nothing/history?limit=201`, ['limit']),
    asked(`/v1/${list}/nothing/history?nonsense=1`, ['nonsense']),
    asked(`/v1/${list}/nothing/history?after=abc`, undefined, 'invalid-cursor'),
  ]),
  asked('/v1/agenda?partner=', ['partner']),
  asked('/v1/agenda?solution=', ['solution']),
  asked('/v1/settings?limit=201', ['limit']),
];

const body = (path: string, sent: string, fields: readonly string[]): BadRequest => ({
  ...{ what: `POST ${path} with ${sent}`, path, init: post(JSON_TYPE, sent) },
  ...{ status: 400, code: 'invalid-request', fields },
});

const ADMINISTRATION = [
  asked(`/v1/projections/${'a'.repeat(65)}`, ['name']),
  asked('/v1/parked?limit=0', ['limit']),
  asked('/v1/parked?limit=201', ['limit']),
  asked('/v1/parked?projection=', ['projection']),
  asked('/v1/parked?after=', ['after']),
  body('/v1/parked/people/x/skip', '{}', ['reason']),
  body('/v1/parked/people/x/skip', '{"reason": " ", "by": 1}', ['reason', 'by']),
  body('/v1/sending/hold', '{}', ['reason']),
  body('/v1/sending/hold', '{"reason": ""}', ['reason']),
  body('/v1/sending/release', '{"reason": "r", "notificationIds": "x"}', ['notificationIds']),
  body('/v1/sending/release', '{"reason": "r", "notificationIds": ["x"]}', ['notificationIds.0']),
  body('/v1/sending/keep', '[]', ['request']),
];

const ROUTES = [
  ...['/v1', '/nothing', '/v1/notifications/', '/docs/../../etc/passwd'].map((path) => missing(path)),
  wrongMethod('/v1/events', 'GET'),
  wrongMethod('/v1/notifications', 'POST'),
  wrongMethod('/v1/notifications', 'QUERY'),
  wrongMethod('/v1/notifications', 'DELETE'),
  wrongMethod('/v1/events', 'PUT'),
  wrongMethod('/v1/test-clock', 'PATCH'),
];

const TOKENS = ['x', '.', 'abc.def', '..', '%00', 'WyJhIiwiYiJd.', 'WyJhIiwiYiJd.AAAA', 'a'.repeat(1024)];

const UNSUBSCRIBING = TOKENS.flatMap((token) => [
  missing(`/v1/unsubscribe/${token}`),
  missing(`/v1/unsubscribe/${token}`, 'POST'),
  missing(`/v1/unsubscribe/${token}/subscribe`, 'POST'),
]).filter(({ path }) => new URL(path, 'http://herald').pathname === path);

const clock = (body: string, code: string, fields: readonly string[], status = 400): BadRequest => ({
  ...{ what: `the clock to ${body || 'nothing'}`, path: '/v1/test-clock', init: post(JSON_TYPE, body) },
  ...{ status, code, fields },
});

const CLOCK = [
  clock('', 'malformed-json', ['body']),
  clock('{"now"', 'malformed-json', ['body']),
  clock('null', 'invalid-request', ['request']),
  clock('["2026-03-03T00:00:00Z"]', 'invalid-request', ['request']),
  clock('{}', 'invalid-request', ['now']),
  clock('{"now": null}', 'invalid-request', ['now']),
  clock('{"now": 1772442000000}', 'invalid-request', ['now']),
  clock('{"now": "tomorrow"}', 'invalid-request', ['now']),
  clock('{"now": "+275760-09-13T00:00:00Z"}', 'invalid-request', ['now']),
  clock('{"now": "2026-03-03T00:00:00Z", "zone": "UTC"}', 'invalid-request', ['zone']),
  clock('{"now": "2026-03-02T08:59:59.999Z"}', 'clock-goes-back', ['now'], 409),
  clock('{"now": "2000-01-01T00:00:00Z"}', 'clock-goes-back', ['now'], 409),
];

/** Everything else that Herald refuses. */
export const BAD_QUESTIONS: readonly BadRequest[] = [
  ...[...PAGES, ...HISTORY, ...COVERAGE, ...OTHERS, ...ADMINISTRATION, ...ROUTES, ...UNSUBSCRIBING, ...CLOCK],
];
