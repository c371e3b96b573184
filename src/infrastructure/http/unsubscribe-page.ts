/** The unsubscribe page, before and after. It contains nothing from outside. */
export const unsubscribePage = ({
  done,
  test,
}: {
  readonly done: boolean;
  readonly test: boolean;
}): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>Content that needs your approval</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem}button{font:inherit;padding:.5rem 1rem}</style>
${test ? '<p><strong>This is a test: Herald runs on a test clock.</strong></p>' : ''}
<h1>Content that needs your approval</h1>
${
  done
    ? '<p>You have been unsubscribed. To subscribe again, choose a frequency under Settings &gt; Notifications.</p>'
    : '<p>Unsubscribe from approval digests?</p><form method="post"><button type="submit">Unsubscribe</button></form>'
}
</html>
`;
