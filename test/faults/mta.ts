import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { until } from '../until.js';

/** Where Postfix may be: installed, or unpacked into a folder (`apt-get download postfix`, `dpkg -x postfix_*.deb FOLDER`). */
const ROOTS = ['/', process.env.HERALD_TEST_POSTFIX ?? '/tmp/herald-postfix/root'];

const isThere = (root: string): boolean => existsSync(join(root, 'usr/lib/postfix/sbin/master'));

/** The folder that Postfix is in; or why these tests cannot run. */
export const postfix: { readonly root: string } | { readonly missing: string } = (() => {
  const root = ROOTS.find(isThere);
  if (root === undefined)
    return {
      missing: 'Postfix is not on this machine: install it, or unpack it and name it by HERALD_TEST_POSTFIX',
    };
  if (process.getuid?.() !== 0) return { missing: 'Postfix delivers only if it runs as root' };
  return { root };
})();

/** Lines of main.cf, such as `{ message_size_limit: '20000' }`. */
export type MtaSettings = Readonly<Record<string, string>>;

/** A Postfix on loopback, with a configuration, a queue and mailboxes of its own. */
export interface Mta {
  readonly port: number;
  /** The notifications whose mails were delivered, each as often as it was. */
  received(): readonly string[];
  /** Whether mails wait in its queue to be delivered. */
  isIdle(): boolean;
  /** Kills all processes that speak SMTP now. @returns how many. */
  killSessions(): number;
  /** Takes over other settings, as `postfix reload` does. */
  reload(settings: MtaSettings): void;
  start(): Promise<void>;
  /** Ends it at once; what is in its queue stays there. */
  stop(): Promise<void>;
  /** What it has logged. */
  log(): string;
}

/** Users of every Debian; Postfix wants three that share no id. */
const OWNER = 1; // daemon
const QUEUES = ['active', 'bounce', 'corrupt', 'defer', 'deferred', 'flush', 'hold', 'incoming', 'maildrop'];
const OTHERS = ['private', 'public', 'saved', 'trace'];

const SERVICES = `pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`;

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
};

/** Makes a Postfix in a folder, and starts it. */
export const startMta = async (folder: string, root: string, settings: MtaSettings = {}): Promise<Mta> => {
  const port = await freePort();
  const path = (name: string) => join(folder, name);
  const programs = join(root, 'usr/lib/postfix');
  // Its processes run as other users.
  chmodSync(folder, 0o711);
  for (const name of ['conf', 'lib', 'mail', 'spool', 'spool/pid'])
    mkdirSync(path(name), { recursive: true });
  for (const name of [...QUEUES, ...OTHERS])
    mkdirSync(path(`spool/${name}`), { recursive: true, mode: 0o700 });
  for (const name of ['lib', 'mail', ...[...QUEUES, ...OTHERS].map((one) => `spool/${one}`)])
    chownSync(path(name), OWNER, 0);
  writeFileSync(path('conf/dynamicmaps.cf'), '');
  writeFileSync(path('conf/master.cf'), `127.0.0.1:${port} inet n - n - - smtpd\n${SERVICES}`);

  const configure = (more: MtaSettings): void => {
    const all: MtaSettings = {
      ...{ compatibility_level: '3.6', queue_directory: path('spool'), data_directory: path('lib') },
      ...{ command_directory: join(root, 'usr/sbin'), daemon_directory: join(programs, 'sbin') },
      ...{
        shlib_directory: programs,
        meta_directory: path('conf'),
        mail_owner: 'daemon',
        setgid_group: 'mail',
      },
      ...{ myhostname: 'mta.example', mydestination: '', mynetworks: '127.0.0.0/8' },
      ...{ inet_interfaces: '127.0.0.1', inet_protocols: 'ipv4', alias_maps: '', local_recipient_maps: '' },
      import_environment: 'LD_LIBRARY_PATH MAIL_CONFIG POSTLOG_SERVICE POSTLOG_HOSTNAME TZ LANG=C',
      // Every address has the same mailbox.
      ...{ virtual_mailbox_domains: 'static:all', virtual_mailbox_maps: 'static:all/' },
      ...{ virtual_mailbox_base: path('mail'), virtual_uid_maps: `static:${OWNER}` },
      ...{ virtual_gid_maps: `static:${OWNER}`, virtual_minimum_uid: `${OWNER}` },
      ...{ maillog_file: path('maillog'), maillog_file_prefixes: folder },
      // A process that was killed is replaced at once.
      ...{ service_throttle_time: '1s', queue_run_delay: '1s', minimal_backoff_time: '1s' },
      // It writes to nobody itself.
      notify_classes: '',
      // Its own limits for one client are far above what is tested.
      ...{ smtpd_client_connection_count_limit: '0' },
      ...more,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name} = ${value}\n`);
    writeFileSync(path('conf/main.cf'), lines.join(''));
  };
  configure(settings);

  const log = (): string => (existsSync(path('maillog')) ? readFileSync(path('maillog'), 'utf8') : '');
  let master: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const starts = log().split('daemon started').length;
    master = spawn(join(programs, 'sbin/master'), ['-c', path('conf'), '-d'], {
      stdio: 'ignore',
      // A group of its own ends together.
      detached: true,
      env: {
        PATH: process.env.PATH,
        LD_LIBRARY_PATH: programs,
        MAIL_CONFIG: path('conf'),
        POSTLOG_SERVICE: 'postlog',
        POSTLOG_HOSTNAME: 'mta.example',
      },
    });
    const { pid } = master;
    await until(
      async () => log().split('daemon started').length > starts || master?.exitCode !== null,
      Boolean,
    );
    if (master.exitCode !== null || pid === undefined) throw new Error(`Postfix does not start: ${log()}`);
  };
  const signal = (pid: number, name: NodeJS.Signals): void => {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended by itself.
    }
  };
  await start();
  return {
    ...{ port, start, log },
    received: () => {
      const mails = path('mail/all/new');
      if (!existsSync(mails)) return [];
      return readdirSync(mails).map((name) => notificationIn(readFileSync(join(mails, name), 'utf8')));
    },
    isIdle: () => ['incoming', 'active', 'deferred'].every((name) => isEmpty(path(`spool/${name}`))),
    killSessions: () => {
      const sessions = childrenOf(master?.pid).filter(({ name }) => name === 'smtpd');
      for (const { pid } of sessions) signal(pid, 'SIGKILL');
      return sessions.length;
    },
    reload: (more) => {
      configure({ ...settings, ...more });
      if (master?.pid !== undefined) signal(master.pid, 'SIGHUP');
    },
    stop: async () => {
      const { pid } = master ?? {};
      if (pid === undefined) return;
      signal(-pid, 'SIGKILL');
      await until(
        async () => childrenOf(pid).length === 0 && master?.exitCode === null && master.signalCode !== null,
        Boolean,
      );
    },
  };
};

const notificationIn = (mail: string): string => /^X-Herald-Notification: (\S+)/im.exec(mail)?.[1] ?? 'none';

/** Whether a queue has no mail. A file that may not be executed is one that its writer did not finish. */
const isEmpty = (folder: string): boolean =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).every((entry) => {
    if (!entry.isFile()) return true;
    const stat = statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false });
    return stat === undefined || (stat.mode & 0o100) === 0;
  });

interface Child {
  readonly pid: number;
  readonly name: string;
}

/** The processes that a process has started, by /proc. */
const childrenOf = (parent: number | undefined): readonly Child[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const [, name = '', ppid] =
          /^\d+ \((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
        return Number(ppid) === parent ? [{ pid: Number(pid), name }] : [];
      } catch {
        return [];
      }
    });
