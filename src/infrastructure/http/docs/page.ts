/**
 * The page that shows the HTTP API by Swagger UI.
 * @param files where its files are, relative to the page.
 */
export const docsPage = (title: string, files: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<link rel="stylesheet" href="./${files}/swagger-ui.css">
<link rel="icon" type="image/png" href="./${files}/favicon-32x32.png">
</head>
<body>
<div id="docs"></div>
<script src="./${files}/swagger-ui-bundle.js"></script>
<script src="./${files}/start.js"></script>
</body>
</html>
`;
