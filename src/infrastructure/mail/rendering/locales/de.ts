import type { Catalogue } from './catalogue.js';

/** German. */
export const de: Catalogue = {
  language: 'de',
  defaultRegion: 'de-DE',

  greeting: (name) => `Guten Tag ${name},`,
  testPrefix: '[Test] ',
  test: 'Testnachricht: Herald läuft mit einer Testuhr. Sie müssen nichts unternehmen.',
  late: (delay, planned) =>
    `Diese Nachricht kommt ${delay} zu spät: Herald konnte sie zum geplanten Zeitpunkt (${planned}) nicht senden.`,
  escalation: (partner) =>
    `Sie erhalten diese Nachricht als Eskalationskontakt: Bei ${partner} war dazu niemand erreichbar.`,
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
    },
    'no-social-media-content': {
      subject: (solution) => `Keine neuen Inhalte zur Freigabe in ${solution}`,
      heading: 'Nichts Neues zur Freigabe',
      intro: (partner) =>
        `Sie haben mit „Jetzt senden“ die neuesten Inhalte angefordert. Seit Ihrer letzten Übersicht sind keine neuen Beiträge zu den geplanten Beiträgen von ${partner} hinzugekommen.`,
      action: 'Geplante Beiträge öffnen',
      footer: (solution) =>
        `Sie erhalten diese Nachricht, weil Sie in ${solution} „Jetzt senden“ gewählt haben.`,
    },
    'settings-update-required': {
      subject: ({ name, network }, relative) =>
        `Bitte handeln: Autorisierung von „${name}“ bei ${network} läuft ${relative} ab`,
      heading: (relative) => `Autorisierung läuft ${relative} ab`,
      intro: ({ name, network }, partner, relative) =>
        `Die Autorisierung des ${network}-Kontos „${name}“ von ${partner} läuft ${relative} ab. Danach können dort keine Beiträge mehr veröffentlicht werden.`,
      action: 'Autorisierung erneuern',
    },
    'account-expired': {
      subject: ({ name, network }) => `Bitte handeln: Autorisierung von „${name}“ bei ${network} ist beendet`,
      heading: 'Autorisierung beendet',
      intro: ({ name, network }, partner) =>
        `Das ${network}-Konto „${name}“ von ${partner} ist nicht mehr autorisiert. Bis es neu verbunden ist, können dort keine Beiträge veröffentlicht werden.`,
      timePassed: 'Die Autorisierung hat ihr Ablaufdatum erreicht.',
      action: 'Konto neu verbinden',
    },
  },
  older: (posts, f) =>
    `${f.count(posts, {
      one: 'älterer Beitrag wartet',
      other: 'ältere Beiträge warten',
    })} weiterhin auf Freigabe.`,
  reconnect: (solution) =>
    `Bitte melden Sie sich bei ${solution} an und erteilen Sie die Berechtigung erneut. Das dauert meist weniger als eine Minute.`,
  accountFooter: (solution) =>
    `Sie erhalten diese Nachricht, weil Sie dieses Konto in ${solution} betreuen. Sie können diese Erinnerungen unter Einstellungen > Benachrichtigungen > Ablauf von Social-Media-Konten abschalten.`,
};
