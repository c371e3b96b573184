import shared from '@eventstore/db-client/generated/shared_pb.js';
import type pb from '@eventstore/db-client/generated/streams_pb.js';
import { type status as code, Metadata } from '@grpc/grpc-js';
import type { Kept } from './server-log.js';

export const nameOf = (identifier: shared.StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString();

export const identifierOf = (name: string): shared.StreamIdentifier =>
  new shared.StreamIdentifier().setStreamName(Buffer.from(name).toString('base64'));

/** An error as the server puts it into the trailers. */
export const exception = (grpcCode: code, name: string, details: Record<string, string>) => {
  const metadata = new Metadata();
  metadata.set('exception', name);
  for (const [key, value] of Object.entries(details)) metadata.set(key, value);
  return { code: grpcCode, details: name, metadata };
};

/** Fills a RecordedEvent of either service. */
export function fillRecorded<R extends pb.ReadResp.ReadEvent.RecordedEvent>(into: R, event: Kept): R {
  into.setId(new shared.UUID().setString(event.id));
  into.setStreamIdentifier(identifierOf(event.stream));
  into.setStreamRevision(String(event.revision));
  into.setPreparePosition(String(event.position)).setCommitPosition(String(event.position));
  into.getMetadataMap().set('type', event.type).set('content-type', event.contentType);
  into.getMetadataMap().set('created', '638700000000000000');
  into.setCustomMetadata(event.metadata).setData(event.data);
  return into;
}
