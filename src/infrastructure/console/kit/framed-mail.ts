import { applyDecorators, Header } from '@nestjs/common';

/** The HTML of a mail in a frame of a page: with its own styles, without scripts, links that leave the frame, or external content. */
const FRAMED_MAIL_POLICY = [
  ...["default-src 'none'", "style-src 'unsafe-inline'", 'img-src data:', "form-action 'none'"],
  ...["frame-ancestors 'self'", "base-uri 'none'", 'sandbox'],
].join(';');

/** The route answers with the HTML of a mail, which pages of the console may frame. */
export const FramedMail = (): MethodDecorator =>
  applyDecorators(
    Header('content-type', 'text/html; charset=utf-8'),
    Header('content-security-policy', FRAMED_MAIL_POLICY),
    Header('x-frame-options', 'SAMEORIGIN'),
  );
