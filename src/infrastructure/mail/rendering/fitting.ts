import type { MessageModel } from '../../../application/ports/channel.js';
import { shortened } from './isolates.js';

/** Lengths to which the titles of a mail that is too large are shortened, in graphemes. */
const TITLE_LENGTHS = [200, 100, 50];

/**
 * The model, then ever smaller ones for a mail that is too large: with shorter titles first, then with fewer posts. The others
 * are counted; the button, the unsubscribe link and all other texts stay.
 */
export function* everSmaller(model: MessageModel): Generator<MessageModel> {
  yield model;
  let smaller = model;
  for (const length of TITLE_LENGTHS) {
    smaller = withTitlesOf(smaller, length);
    yield smaller;
  }
  while (smaller.posts && smaller.posts.length > 0) {
    smaller = withFewerPosts(smaller);
    yield smaller;
  }
}

const withTitlesOf = (model: MessageModel, length: number): MessageModel => ({
  ...model,
  posts: (model.posts ?? []).map((post) => ({
    ...post,
    title: shortened(post.title, length),
    streamName: shortened(post.streamName, length),
  })),
});

const withFewerPosts = (model: MessageModel): MessageModel => {
  const posts = model.posts ?? [];
  const kept = posts.slice(0, Math.floor(posts.length * 0.75));
  return { ...model, posts: kept, more: (model.more ?? 0) + posts.length - kept.length };
};
