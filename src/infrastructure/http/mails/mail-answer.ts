import { Header } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import * as z from 'zod';
import type { MailPart } from '../../../application/ports/mail-format.js';
import type { Answer } from '../openapi/operation.js';

/** A mail is shown as it is: with its own styles, without scripts or external content. */
const MAIL_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; sandbox";

const MEDIA_TYPES: Readonly<Record<MailPart, string>> = {
  html: 'text/html',
  text: 'text/plain',
  source: 'message/rfc822',
};

/** The route answers with a part of a mail: a browser runs nothing of it, and fetches nothing for it. */
export const ShowsMail = (): MethodDecorator => Header('content-security-policy', MAIL_POLICY);

/** Answers with a part of a mail, in its media type. */
export const partOf = async (
  part: MailPart,
  content: Promise<string>,
  reply: FastifyReply,
): Promise<string> => {
  const text = await content;
  reply.type(`${MEDIA_TYPES[part]}; charset=utf-8`);
  return text;
};

const TEXT = z.string();

/** The description of such an answer. */
export const mailAnswer = (says: string): Answer => ({
  says,
  content: Object.fromEntries(Object.values(MEDIA_TYPES).map((type) => [type, { schema: TEXT }])),
});
