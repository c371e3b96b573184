import type { Catalogue, UnreachedWords } from './catalogue.js';

/** German. */
export const de: Catalogue = {
  language: 'de',
  defaultRegion: 'de-DE',
  direction: 'ltr',
  moments: {
    zone: 'short',
    long: ({ date, time, zone }) => `${date} um ${time} Uhr (${zone})`,
    short: ({ date, time, zone }) => `${date}, ${time} Uhr (${zone})`,
  },

  greeting: (name) => `Guten Tag ${name},`,
  testPrefix: '[Test] ',
  test: 'Testnachricht: Herald läuft mit einer Testuhr. Sie müssen nichts unternehmen.',
  late: (delay, planned) =>
    `Diese Nachricht kommt ${delay} zu spät: Herald konnte sie zum geplanten Zeitpunkt (${planned}) nicht senden.`,
  zone: (timeZone) => `Alle Zeiten gelten in der Zeitzone ${timeZone}.`,
  unsubscribe: 'Diese Übersicht abbestellen',
  labels: {
    account: 'Konto',
    network: 'Netzwerk',
    kind: 'Art',
    expires: 'Läuft ab',
    ended: 'Beendet',
    reason: 'Grund',
    publishing: 'Veröffentlichung',
  },
  kinds: { personal: 'Persönliches Konto', company: 'Unternehmenskonto' },

  notifications: {
    'content-needs-approval': {
      subject: (posts, solution, f) =>
        `${f.count(posts, { one: 'neuer Beitrag wartet', other: 'neue Beiträge warten' })} in ${solution} auf Ihre Freigabe`,
      heading: (posts, f) =>
        `${f.count(posts, { one: 'neuer Beitrag', other: 'neue Beiträge' })} zur Freigabe`,
      intro: (posts, partner, f) =>
        `${f.count(posts, {
          one: 'neuer Beitrag ist zu den geplanten Beiträgen von',
          other: 'neue Beiträge sind zu den geplanten Beiträgen von',
        })} ${partner} hinzugekommen. ${f.form(posts, {
          one: 'Er wird',
          other: 'Sie werden',
        })} erst nach der Freigabe veröffentlicht.`,
      more: (posts, f) =>
        `${f.count(posts, {
          one: 'weiterer neuer Beitrag ist',
          other: 'weitere neue Beiträge sind',
        })} hier nicht aufgeführt.`,
      action: 'Beiträge prüfen',
      footer: (solution) =>
        `Sie erhalten diese Übersicht, weil Sie in ${solution} Inhalte freigeben. Wie oft sie kommt, legen Sie unter Einstellungen > Benachrichtigungen fest.`,
      topic: (posts, f) =>
        `${f.count(posts, { one: 'neuer Beitrag wartet', other: 'neue Beiträge warten' })} auf Freigabe`,
      toDo: (partner, solution) =>
        `Sprechen Sie ${partner} auf anderem Weg an und bitten Sie darum, die Beiträge in ${solution} zu prüfen.`,
    },
    'no-social-media-content': {
      subject: (solution) => `Keine neuen Inhalte zur Freigabe in ${solution}`,
      heading: 'Nichts Neues zur Freigabe',
      intro: (partner) =>
        `Sie haben mit „Jetzt senden“ die neuesten Inhalte angefordert. In den geplanten Beiträgen von ${partner} wartet nichts Neues auf Ihre Freigabe.`,
      action: 'Geplante Beiträge öffnen',
      footer: (solution) =>
        `Sie erhalten diese Nachricht, weil Sie in ${solution} „Jetzt senden“ gewählt haben.`,
      topic: 'keine neuen Inhalte zur Freigabe',
      report: (partner) =>
        `Bei ${partner} wurden mit „Jetzt senden“ die neuesten Inhalte angefordert. Es wartet nichts Neues auf Freigabe.`,
      toDo: (partner, solution) =>
        `Es eilt nicht: Nichts Neues wartet auf Freigabe. Zeigen Sie ${partner}, wo die Beiträge in ${solution} zu finden sind.`,
    },
    'settings-update-required': {
      topic: ({ name, network }, relative) =>
        `Autorisierung von „${name}“ bei ${network} läuft ${relative} ab`,
      heading: (relative) => `Autorisierung läuft ${relative} ab`,
      intro: ({ name, network }, partner, relative) =>
        `Die Autorisierung des ${network}-Kontos „${name}“ von ${partner} läuft ${relative} ab. Danach können dort keine Beiträge mehr veröffentlicht werden.`,
      action: 'Autorisierung erneuern',
      toDo: (partner, solution) =>
        `Sprechen Sie ${partner} auf anderem Weg an und bitten Sie darum, die Autorisierung vor ihrem Ablauf in ${solution} zu erneuern.`,
    },
    'account-expired': {
      topic: ({ name, network }) => `Autorisierung von „${name}“ bei ${network} ist beendet`,
      heading: 'Autorisierung beendet',
      intro: ({ name, network }, partner) =>
        `Das ${network}-Konto „${name}“ von ${partner} ist nicht mehr autorisiert. Bis es neu verbunden ist, können dort keine Beiträge veröffentlicht werden.`,
      timePassed: 'Die Autorisierung hat ihr Ablaufdatum erreicht.',
      action: 'Konto neu verbinden',
      toDo: (partner, solution) =>
        `Sprechen Sie ${partner} auf anderem Weg an und bitten Sie darum, das Konto in ${solution} neu zu verbinden.`,
    },
  },
  older: (posts, f) =>
    `${f.count(posts, {
      one: 'älterer Beitrag wartet',
      other: 'ältere Beiträge warten',
    })} weiterhin auf Freigabe.`,
  expiry: (moment, relative) => `${moment}, ${relative}`,
  actionRequired: (topic) => `Bitte handeln: ${topic}`,
  reconnect: (solution) =>
    `Bitte melden Sie sich bei ${solution} an und erteilen Sie die Berechtigung erneut. Das dauert meist weniger als eine Minute.`,
  accountFooter: (solution) =>
    `Sie erhalten diese Nachricht, weil Sie dieses Konto in ${solution} betreuen. Sie können diese Erinnerungen unter Einstellungen > Benachrichtigungen > Ablauf von Social-Media-Konten abschalten.`,

  escalation: {
    greeting: 'Guten Tag,',
    footer: (solution) =>
      `Sie erhalten diese Nachricht, weil Sie der Eskalationskontakt von ${solution} sind.`,
    action: (solution) => `${solution} öffnen`,
    whoHeading: 'Wer nicht erreicht wurde',
    toDoHeading: 'Was Sie tun können',
    owner: (name) => `${name} (Inhaber des Kontos)`,
    morePeople: (people, f) =>
      `${f.count(people, { one: 'weitere Person wurde', other: 'weitere Personen wurden' })} ebenfalls nicht erreicht.`,
    nobody: (partner) => `Bei ${partner} gibt es keinen aktiven Partner-Admin.`,
    kinds: {
      unreachable: {
        subject: (partner, topic) => `Niemand erreicht bei ${partner}: ${topic}`,
        heading: 'Niemand konnte benachrichtigt werden',
        why: (partner) => `Bei ${partner} konnte niemand darüber benachrichtigt werden.`,
      },
      undelivered: {
        subject: (partner, topic) => `Nicht zugestellt bei ${partner}: ${topic}`,
        heading: 'Eine Nachricht wurde nicht zugestellt',
        why: (partner) => `Die Nachricht darüber hat bei ${partner} nicht alle erreicht.`,
      },
    },
    reasons: {
      'unknown-user': () => 'ist kein Benutzer dieses Partners',
      removed: () => 'ist kein Benutzer dieses Partners mehr',
      'not-active': () => 'ist nicht aktiv',
      'no-address': () => 'hat keine E-Mail-Adresse',
      'undeliverable-address': ({ address }) =>
        address
          ? `kann unter ${address} keine E-Mails empfangen`
          : 'kann unter der Adresse keine E-Mails empfangen',
      'opted-out': () => 'hat diese Benachrichtigungen abgeschaltet',
      'no-digests': () => 'erhält keine Übersichten über Inhalte zur Freigabe',
      rejected: (one) => said(`Die Nachricht${to(one)} wurde abgelehnt`, one),
      'given-up': (one) => said(`Die Nachricht${to(one)} konnte nicht rechtzeitig zugestellt werden`, one),
      bounced: (one) => said(`Die Nachricht${to(one)} kam als unzustellbar zurück`, one),
      complained: (one) => said(`Die Nachricht${to(one)} wurde als Spam gemeldet`, one),
      abandoned: (one) => said(`Es ist nicht bekannt, ob die Nachricht${to(one)} ankam`, one),
    },
    remedies: {
      preferences:
        'Bitten Sie darum, diese Benachrichtigungen unter Einstellungen > Benachrichtigungen wieder einzuschalten, damit die nächste ankommt.',
      address: 'Lassen Sie die E-Mail-Adresse prüfen und berichtigen, damit die nächste Nachricht ankommt.',
      responsible:
        'Lassen Sie einen aktiven Partner-Admin benennen, bei einem persönlichen Konto einen aktiven Inhaber, damit jemand benachrichtigt werden kann.',
      later: 'Die nächste Nachricht wird wie gewohnt gesendet.',
    },
    senderRefused: {
      subject: (sender) => `Mailserver lehnen Nachrichten von ${sender} ab`,
      heading: 'Der Absender wird abgelehnt',
      intro: (sender, solution) =>
        `Mailserver lehnen die Nachrichten von ${solution} ab, die von ${sender} kommen.`,
      held: 'Nachrichten von diesem Absender warten. Sie gehen hinaus, sobald der Absender wieder angenommen wird.',
      reply: 'Antwort',
      steps: (domain) => [
        `Lassen Sie SPF, DKIM und DMARC von ${domain} prüfen: Sie müssen den Mailserver zulassen, den Herald benutzt.`,
        'Wenn sie stimmen, bitten Sie den Betreiber von Herald, den Mailserver zu prüfen.',
      ],
    },
  },
};

const to = ({ address }: UnreachedWords): string => (address ? ` an ${address}` : '');

const said = (what: string, { reply }: UnreachedWords): string => (reply ? `${what}: „${reply}“` : what);
