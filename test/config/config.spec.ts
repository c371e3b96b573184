import { describe, expect, it } from 'vitest';
import { ignoredSettings, unreachableLinks } from '../../src/infrastructure/config/advice.js';
import { readConfig } from '../../src/infrastructure/config/config.js';
import { redact } from '../../src/infrastructure/logging/redact-url.js';

describe('settings', () => {
  const OF_KUBERNETES = {
    HERALD_PORT: 'tcp://10.0.0.1:3000',
    HERALD_SERVICE_HOST: '10.0.0.1',
    HERALD_SERVICE_PORT: '3000',
    HERALD_SERVICE_PORT_HTTP: '3000',
    HERALD_PORT_3000_TCP: 'tcp://10.0.0.1:3000',
    HERALD_PORT_3000_TCP_PROTO: 'tcp',
    HERALD_PORT_3000_TCP_PORT: '3000',
    HERALD_PORT_3000_TCP_ADDR: '10.0.0.1',
    HERALD_MONGODB_PORT: 'tcp://10.0.0.2:27017',
    HERALD_MONGODB_SERVICE_HOST: '10.0.0.2',
  };

  it('are not the variables that Kubernetes sets for Services, which one sentence reports', () => {
    expect(readConfig(OF_KUBERNETES)).toEqual(readConfig({}));
    const told = ignoredSettings(OF_KUBERNETES);
    for (const name of Object.keys(OF_KUBERNETES)) expect(told).toContain(name);
    expect(ignoredSettings({ HERALD_PORT: '3000', PATH: '/bin' })).toBeUndefined();
  });

  it.each(['HERALD_PROT', 'HERALD_SERVICE', 'HERALD_PORT_HTTP', 'HERALD_MONGODB_PORT'])(
    'are refused when they are unknown: %s',
    (name) => {
      expect(() => readConfig({ [name]: '3000' })).toThrow(`${name}: Unknown setting.`);
    },
  );

  it.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'notaurl'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'SuperSecret:4317'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'grpc://SuperSecret:4317'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'http://'],
  ])('of OpenTelemetry are refused where Herald cannot use them, and not shown: %s=%s', (name, value) => {
    const refused = () => readConfig({ [name]: value, HERALD_PORT: 'x' });
    expect(refused).toThrow(`${name}: Expected http:// or https://`);
    expect(refused).toThrow('HERALD_PORT');
    expect(refused).not.toThrow(/SuperSecret|notaurl/);
  });

  it('of OpenTelemetry may be any address over HTTP, and the one that does not count is not looked at', () => {
    for (const environment of [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' },
      { OTEL_EXPORTER_OTLP_ENDPOINT: '' },
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317',
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://collector.example/v1/traces',
      },
    ])
      expect(readConfig(environment)).toEqual(readConfig({}));
  });

  it.each([
    ['HERALD_EVENT_STORE', 'esdb://admin:a@SuperSecret/Passw0rd@db.internal:2113'],
    ['HERALD_EVENT_STORE', 'esdb://admin:SuperSecret/Passw0rd@db.internal:2113?tls=false'],
    ['HERALD_EVENT_STORE', 'esdb+discover://admin:SuperSecret#Passw0rd@db.internal:2113'],
    ['HERALD_READ_MODELS', 'mongodb://herald:SuperSecret@Passw0rd@db.internal/herald'],
    ['HERALD_READ_MODELS', 'mongodb+srv://herald:SuperSecret/Passw0rd@db.internal/herald'],
    ['HERALD_MAIL', 'smtp://herald:SuperSecret@Passw0rd@mail.internal:587'],
    ['HERALD_MAIL', 'smtps://herald:SuperSecret?Passw0rd@mail.internal'],
    ['HERALD_MAIL', 'smtp://herald:SuperSecret:Passw0rd@mail.internal'],
    ['HERALD_MAIL', 'smtp://herald:SuperSecret%Passw0rd@mail.internal'],
    ['HERALD_MAIL', 'smtp://herald:SuperSecret%ffPassw0rd@mail.internal'],
    ['HERALD_MAIL', 'smtp://herald:SuperSecret Passw0rd@mail.internal'],
    ['HERALD_FEEDBACK_MAILBOX', 'imaps://herald:SuperSecret/Passw0rd@mail.internal'],
  ])('with a password that is not percent-encoded are refused, and not shown: %s=%s', (name, value) => {
    const refused = () => readConfig({ [name]: value });
    expect(refused).toThrow(/Percent-encode/);
    expect(refused).not.toThrow(/SuperSecret|Passw0rd|internal/);
  });

  it.each([
    ['HERALD_EVENT_STORE', 'esdb://admin:SuperSecret@one:2113,two:', /a port from 1 to 65535/],
    ['HERALD_EVENT_STORE', 'esdb://admin:SuperSecret@one:0', /a port from 1 to 65535/],
    ['HERALD_EVENT_STORE', 'esdb://admin:SuperSecret@[::1]:2113', /no IPv6 address/],
    [
      'HERALD_EVENT_STORE',
      'kurrentdb://admin:SuperSecret@one:2113?tsl=false',
      /Unknown option; known are .*tls/,
    ],
    ['HERALD_EVENT_STORE', 'esdb://SuperSecret@one:2113', /a user name and a password/],
    ['HERALD_EVENT_STORE', 'esdb://admin:SuperSecret@one:2113?tsl=false', /Unknown option; known are .*tls/],
    ['HERALD_EVENT_STORE', 'esdb://admin:SuperSecret@one?tlsVerifyCert=false', /tlsCAFile/],
    ['HERALD_READ_MODELS', 'mongodb://herald:SuperSecret@one:99999/herald', /a port from 1 to 65535/],
    ['HERALD_READ_MODELS', 'mongodb://herald:SuperSecret@one/her ald', /no spaces/],
    ['HERALD_READ_MODELS', 'mongodb://herald:SuperSecret@one/her.ald', /the name of a database/],
    ['HERALD_READ_MODELS', 'mongodb://herald:SuperSecret@one/her$ald', /the name of a database/],
    ['HERALD_READ_MODELS', 'mongodb://herald:SuperSecret@one/a/b', /the name of a database/],
    ['HERALD_READ_MODELS', 'mongodb://herald:SuperSecret@one/%00', /the name of a database/],
    ['HERALD_READ_MODELS', `mongodb://herald:SuperSecret@one/${'x'.repeat(64)}`, /at most 63 characters/],
    ['HERALD_READ_MODELS', 'postgres://herald:SuperSecret@one/herald', /Expected sqlite:<folder>/],
    ['HERALD_MAIL', 'smtp://herald:SuperSecret@mail.internal:587#x', /no # after the host/],
    ['HERALD_MAIL', 'smtp://herald:SuperSecret@', /Expected a host/],
  ])('that no driver could read are refused before one quotes them: %s=%s', (name, value, says) => {
    const refused = () => readConfig({ [name]: value });
    expect(refused).toThrow(expect.objectContaining({ code: 'invalid-configuration', field: name }));
    expect(refused).toThrow(says);
    expect(refused).not.toThrow(/SuperSecret/);
  });

  it.each([
    ['HERALD_EVENT_STORE', 'esdb://admin:a%40b%2Fc@one:2113,two:2113?tls=false'],
    ['HERALD_EVENT_STORE', 'kurrentdb://admin:a%40b%2Fc@one:2113,two:2113?tls=false'],
    ['HERALD_EVENT_STORE', 'kurrentdb+discover://admin:secret@cluster:2113'],
    ['HERALD_EVENT_STORE', 'sqlite:/data/a@b@c/events.db'],
    ['HERALD_READ_MODELS', 'mongodb://herald:a%40b@one:27017,two:27017/herald?replicaSet=rs0'],
    ['HERALD_MAIL', 'smtp://user%40example.com:secret@mail.internal:587?lanes=5'],
    ['HERALD_MAIL', 'smtp://mail.internal'],
    ['HERALD_MAIL', 'smtps://u:p@[2001:db8::1]:465'],
    ['HERALD_READ_MODELS', 'mongodb://%2Ftmp%2Fmongodb-27017.sock/herald'],
    ['HERALD_READ_MODELS', 'mongodb://CN%3Dherald@one/herald?authMechanism=MONGODB-X509'],
    [
      'HERALD_READ_MODELS',
      `mongodb+srv://u:p@cluster0.example.net/${'x'.repeat(63)}?retryWrites=true&w=majority`,
    ],
    ['HERALD_FEEDBACK_MAILBOX', 'imap://u:p@mail.internal:143/Reports%20in?tls=optional'],
  ])('that are percent-encoded are taken: %s=%s', (name, value) => {
    expect(readConfig({ [name]: value })).toMatchObject({ [name]: value });
  });

  it('that would have the client of EventStoreDB talk to KurrentDB are refused', () => {
    const settings = { HERALD_EVENT_STORE: 'kurrentdb://one', HERALD_EVENT_STORE_CLIENT: 'eventstoredb' };
    expect(() => readConfig(settings)).toThrow(/HERALD_EVENT_STORE_CLIENT: .*Remove this setting/);
    expect(() => readConfig({ ...settings, HERALD_EVENT_STORE: 'esdb://one' })).not.toThrow();
  });

  it('that send mails with links to this machine are reported', () => {
    const advice = (more: Record<string, string>) => unreachableLinks(readConfig(more));
    const HERALD_MAIL = 'smtp://mail.internal';
    expect(advice({ HERALD_MAIL })).toContain('http://localhost:3000');
    for (const url of [
      'http://localhost:3000',
      'http://127.0.0.1',
      'https://herald.localhost',
      'http://[::1]:3000',
    ])
      expect(advice({ HERALD_MAIL, HERALD_PUBLIC_URL: url })).toContain('HERALD_PUBLIC_URL');
    expect(advice({ HERALD_MAIL, HERALD_PUBLIC_URL: 'https://herald.example' })).toBeUndefined();
    expect(advice({})).toBeUndefined();
  });
});

it('Passwords in connection strings are not logged', () => {
  expect(redact('No answer of esdb://admin:s@c/ret@host:2113, and of smtp://u:p@mail: ask a@b.example')).toBe(
    'No answer of esdb://host:2113, and of smtp://mail: ask a@b.example',
  );
});

it('The public listener needs a port of its own, or an address of its own', () => {
  const same = { HERALD_PORT: '3000', HERALD_PUBLIC_PORT: '3000' };
  expect(() => readConfig(same)).toThrow('HERALD_PUBLIC_PORT: Expected another port than HERALD_PORT.');
  expect(readConfig({ ...same, HERALD_PUBLIC_HOST: '10.0.0.1' })).toMatchObject({ HERALD_PUBLIC_PORT: 3000 });
  expect(readConfig({ HERALD_PORT: '0', HERALD_PUBLIC_PORT: '0' })).toMatchObject({ HERALD_PUBLIC_PORT: 0 });
});
