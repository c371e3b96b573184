import * as z from 'zod';
import { identifier, instant, network, text } from '../schemas/fields.js';

const post = {
  postId: identifier.describe('The post.'),
  partnerId: identifier.describe('The partner whose Upcoming Posts contain it.'),
};

/** What the platform reports about posts, and the digest that a user may request. */
export const POST_TYPES = {
  'herald.post.awaiting-approval.v1': z
    .object({
      ...post,
      streamId: identifier.describe('The social stream it belongs to.'),
      streamName: text(200).describe("The stream's name."),
      title: text(500).describe('What approvers know the post by.'),
      network: network.describe('The network it will be published on.'),
      publishAt: instant.describe('When it will be published; after that there is nothing to approve.'),
    })
    .describe('A post was added to Upcoming Posts and waits for approval.'),
  'herald.post.approved.v1': z.object(post).describe('A post was approved.'),
  'herald.post.rejected.v1': z.object(post).describe('A post was rejected.'),
  'herald.post.withdrawn.v1': z
    .object(post)
    .describe('The supplier withdrew a post before it was decided on.'),
  'herald.digest.requested.v1': z
    .object({
      userId: identifier.describe('The user who asks for the digest and receives it.'),
      partnerId: identifier.describe('The partner whose queue it is.'),
    })
    .describe('A user pressed Send Now.'),
};
