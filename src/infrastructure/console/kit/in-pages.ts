/** Routes of the API, and where the console has the same. */
const PLACES: readonly (readonly [route: RegExp, place: string])[] = [
  [/POST \/v1\/projections\/[\w-]+\/replay/g, '“Rebuild”'],
  [/POST \/v1\/projections\/[\w-]+\/cancel/g, '“Cancel”'],
  [/POST \/v1\/test-clock\/stop/g, '“Stop”'],
  [/GET \/v1\/templates\/[\w-]+\/preview/g, '“Templates”'],
  [/GET \/v1\/notifications\/[\w-]+(\/(why|mail))?/g, 'the page of the notification'],
  [/GET \/v1\/notifications(\?[\w=-]+)?/g, '“History”'],
  [/GET \/v1\/(projections|parked)(\/[\w-]+)?/g, '“Projections”'],
  [/GET \/v1\/(clock|sending)\b/g, '“Operations”'],
  [/GET \/v1\/social-accounts(\/[\w.~:@-]*[\w])?/g, '“Accounts”'],
  [/GET \/v1\/approval-queues\b/g, '“Queues”'],
  [/GET \/v1\/test-clock\b/g, '“Test clock”'],
  [/GET \/v1\/agenda\b/g, '“Agenda”'],
  [/GET \/v1\/keys\b/g, '“Keys”'],
  [/GET \/v1\/outbox\b/g, '“Outbox”'],
  [/GET \/v1\/partners\b/g, '“Partners”'],
  [/GET \/v1\/people\b/g, '“People”'],
  [/GET \/v1\/solutions\b/g, '“Solutions”'],
];

/** What an error says, with the pages of the console in the place of the routes of the API. */
export const inPages = (says: string): string =>
  PLACES.reduce((said, [route, place]) => said.replace(route, place), says);
