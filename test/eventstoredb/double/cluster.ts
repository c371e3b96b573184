import type gossip from '@eventstore/db-client/generated/gossip_pb.js';
import { SCHEME } from '../scheme.js';
import type { wireTo } from '../wire.js';
import { EventStoreDouble } from './double.js';
import { memberOf } from './gossip-service.js';
import { ServerLog } from './server-log.js';
import type { Endpoint } from './streams-service.js';

type Wire = Awaited<ReturnType<typeof wireTo>>;

interface Node {
  readonly server: EventStoreDouble;
  readonly wire: Wire;
}

/** Nodes that have one log, each behind a wire: a node whose wire is silent stands still, as after SIGSTOP. */
export class Cluster {
  #leader = 0;

  private constructor(
    readonly nodes: readonly Node[],
    readonly log: ServerLog,
  ) {
    for (const { server } of nodes) server.members = () => this.#members();
  }

  /** @param wire makes a wire to a port. */
  static async start(size: number, wire: (port: number) => Promise<Wire>): Promise<Cluster> {
    const log = new ServerLog();
    const servers = Array.from({ length: size }, () => new EventStoreDouble(log));
    const nodes = servers.map(async (server) => {
      await server.start();
      return { server, wire: await wire(server.endpoint.port) };
    });
    const cluster = new Cluster(await Promise.all(nodes), log);
    cluster.elect(0);
    return cluster;
  }

  get url(): string {
    return `${SCHEME}://${this.nodes.map(({ wire }) => `127.0.0.1:${wire.port}`).join(',')}?tls=false`;
  }

  get leader(): Node {
    return this.nodes[this.#leader] as Node;
  }

  /** Makes a node the leader: the others name it to whoever appends there. */
  elect(index: number): void {
    this.#leader = index;
    const leader = this.#endpoint(this.leader);
    for (const [at, { server }] of this.nodes.entries()) server.leader = at === index ? undefined : leader;
  }

  async kill(): Promise<void> {
    for (const { wire, server } of this.nodes) {
      wire.close();
      await server.kill();
    }
  }

  #endpoint({ wire }: Node): Endpoint {
    return { host: '127.0.0.1', port: wire.port };
  }

  #members(): readonly gossip.MemberInfo[] {
    return this.nodes.map((node, at) => memberOf(at, this.#endpoint(node), at === this.#leader));
  }
}
