import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { sendUnaryData } from '@grpc/grpc-js';
import type { Endpoint } from './streams-service.js';

/** A node of a cluster, as gossip tells it. */
export const memberOf = (id: number, { host, port }: Endpoint, isLeader: boolean): gossip.MemberInfo => {
  const { LEADER, FOLLOWER } = gossip.MemberInfo.VNodeState;
  return new gossip.MemberInfo()
    .setInstanceId(new shared.UUID().setString(`11111111-1111-4111-8111-11111111111${id}`))
    .setState(isLeader ? LEADER : FOLLOWER)
    .setIsAlive(true)
    .setTimeStamp('1')
    .setHttpEndPoint(new gossip.EndPoint().setAddress(host).setPort(port));
};

/** Tells clients the members of the cluster. */
export const gossipService = (members: () => readonly gossip.MemberInfo[]) => ({
  read: (_: unknown, done: sendUnaryData<gossip.ClusterInfo>): void =>
    done(null, new gossip.ClusterInfo().setMembersList([...members()])),
});
