// A platform at work: what it reports follows from the seed and the number of the step alone.
import { randomOf } from './random.mjs';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'Australia/Sydney', 'America/Sao_Paulo'];
const SOLUTIONS = 3;
const USERS = 3;

/** Partners that are active; those before them rest, so that a partner does not grow with the time. */
const ACTIVE_PARTNERS = 100;
const ACTIVE_ACCOUNTS = 400;
const ACTIVE_POSTS = 300;

const after = (instant, millis) => new Date(Date.parse(instant) + millis).toISOString();

export class World {
  #random;
  #step = 0;
  #made = 0;
  #partners = 0;
  /** When each account ends, as far as the platform has reported; those that were removed are none. */
  #ends = new Map();
  #accounts = [];
  #posts = [];

  constructor(seed) {
    this.#random = randomOf(seed);
  }

  /** What the platform reports in its next step. */
  next(now) {
    this.#step += 1;
    const events = [];
    const tell = (name, data) => events.push(this.#event(name, data, now));
    if (this.#step === 1) for (let n = 0; n < SOLUTIONS; n += 1) tell('solution.configured', solution(n));
    if (this.#step % 2 === 1) this.#addPartner(tell);
    for (let n = 0; n < 20; n += 1) this.#connect(tell, now);
    for (let n = 0; n < 6; n += 1) this.#renew(tell, now);
    for (let n = 0; n < 4; n += 1) this.#invalidate(tell, now);
    this.#removeAccount(tell);
    for (let n = 0; n < 16; n += 1) this.#submit(tell, now);
    for (let n = 0; n < 13; n += 1) this.#settle(tell);
    for (let n = 0; n < 4; n += 1) {
      const partner = this.#partner();
      tell('digest.requested', { userId: userOf(partner, 0), partnerId: `p${partner}` });
    }
    return events;
  }

  /** The accounts that have ended by then: for each there must be a decision after its end. */
  ended(by) {
    return [...this.#ends].filter(([, end]) => end <= by);
  }

  /** Something to ask about. */
  someone() {
    const partner = this.#partner();
    return { userId: userOf(partner, 0), partnerId: `p${partner}` };
  }

  #event(name, data, time) {
    this.#made += 1;
    return {
      specversion: '1.0',
      id: `e${this.#made}`,
      source: '/soak',
      type: `herald.${name}.v1`,
      time,
      data,
    };
  }

  #addPartner(tell) {
    const n = this.#partners;
    this.#partners += 1;
    const partnerId = `p${n}`;
    const timeZone = ZONES[n % ZONES.length];
    tell('partner.registered', {
      partnerId,
      solutionId: `s${n % SOLUTIONS}`,
      name: `Partner ${n}`,
      timeZone,
    });
    for (let user = 0; user < USERS; user += 1) {
      const userId = userOf(n, user);
      const isGone = user === 2 && n % 10 === 0;
      tell('partner-user.added', {
        ...{ userId, partnerId, name: `User ${userId}`, role: user === 0 ? 'admin' : 'member' },
        email: `${isGone ? 'gone-' : ''}${userId}@partner.example`,
      });
      if (user < 2) tell('partner-user.preferences-changed', { userId, partnerId, contentApproval: 'daily' });
    }
  }

  #connect(tell, now) {
    const partner = this.#partner();
    const accountId = `a${this.#made}`;
    const isSoon = this.#random() < 0.7;
    const end = after(now, isSoon ? this.#between(HOUR / 2, 12 * HOUR) : this.#between(DAY, 19 * DAY));
    const owner =
      this.#random() < 0.5 ? { kind: 'company' } : { kind: 'personal', ownerId: this.#userOf(partner) };
    tell('social-account.connected', {
      ...{ accountId, partnerId: `p${partner}`, network: 'linkedin', ...owner },
      ...{ displayName: `Account ${accountId}`, authorisationExpiresAt: end },
    });
    this.#ends.set(accountId, end);
    remember(this.#accounts, accountId, ACTIVE_ACCOUNTS);
  }

  #renew(tell, now) {
    const accountId = this.#some(this.#accounts);
    if (accountId === undefined || !this.#ends.has(accountId)) return;
    const authorisationExpiresAt = after(now, this.#between(HOUR, 3 * DAY));
    tell('social-account.authorisation-renewed', { accountId, authorisationExpiresAt });
    this.#ends.set(accountId, authorisationExpiresAt);
  }

  #invalidate(tell, now) {
    const accountId = this.#some(this.#accounts);
    if (accountId === undefined || !this.#ends.has(accountId)) return;
    tell('social-account.token-invalidated', { accountId, reason: 'revoked' });
    if (this.#ends.get(accountId) > now) this.#ends.set(accountId, now);
  }

  #removeAccount(tell) {
    const accountId = this.#some(this.#accounts);
    if (accountId === undefined || !this.#ends.delete(accountId)) return;
    tell('social-account.removed', { accountId });
  }

  #submit(tell, now) {
    const post = { postId: `post${this.#made}`, partnerId: `p${this.#partner()}` };
    tell('post.awaiting-approval', {
      ...{ ...post, streamId: 'stream', streamName: 'Spring', title: `A look at ${post.postId}` },
      ...{ network: 'instagram', publishAt: after(now, 5 * DAY) },
    });
    remember(this.#posts, post, ACTIVE_POSTS);
  }

  #settle(tell) {
    const index = Math.floor(this.#random() * this.#posts.length);
    const [post] = this.#posts.splice(index, 1);
    if (post) tell(this.#random() < 0.8 ? 'post.approved' : 'post.rejected', post);
  }

  #partner() {
    const active = Math.min(this.#partners, ACTIVE_PARTNERS);
    return this.#partners - 1 - Math.floor(this.#random() * active);
  }

  #userOf(partner) {
    return userOf(partner, Math.floor(this.#random() * USERS));
  }

  #some(values) {
    return values[Math.floor(this.#random() * values.length)];
  }

  #between(from, to) {
    return Math.floor(from + this.#random() * (to - from));
  }
}

const userOf = (partner, user) => `u${partner}-${user}`;

const remember = (values, value, most) => {
  values.push(value);
  if (values.length > most) values.shift();
};

const solution = (n) => ({
  ...{ solutionId: `s${n}`, name: `Solution ${n}`, entitled: true, timeZone: 'Europe/Berlin', locale: 'en' },
  ...{ baseUrl: 'https://portal.example', escalationEmail: `help${n}@solution.example` },
  sender: { name: `Solution ${n}`, address: `no-reply@s${n}.example` },
});
