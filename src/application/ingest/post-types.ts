import * as z from 'zod';
import { identifier, instant, network, text } from '../schemas/fields.js';

const post = {
  postId: identifier.describe('The post.'),
  partnerId: identifier.describe('The partner in whose Upcoming Posts it is.'),
};

/** What the platform tells of posts, and the digest that a user may ask for. */
export const POST_TYPES = {
  'herald.post.awaiting-approval.v1': z
    .object({
      ...post,
      streamId: identifier.describe('The social stream it belongs to.'),
      streamName: text(200).describe("The stream's name."),
      title: text(500).describe('What approvers know the post by.'),
      network: network.describe('The network it will be published on.'),
      publishAt: instant.describe('When it will be published; from then on there is nothing to approve.'),
    })
    .describe('A post was added to Upcoming Posts and waits for approval.'),
  'herald.post.approved.v1': z.object(post).describe('A post was approved.'),
  'herald.post.rejected.v1': z.object(post).describe('A post was rejected.'),
  'herald.post.withdrawn.v1': z
    .object(post)
    .describe('The supplier withdrew a post before it was decided on.'),
  'herald.digest.requested.v1': z
    .object({
      userId: identifier.describe('The user who asks, and gets the mail.'),
      partnerId: identifier.describe('The partner whose queue it is.'),
    })
    .describe('A user pressed Send Now.'),
};
