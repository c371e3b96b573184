/** What Node.js says of a certificate, and what to do about it; what it says itself stays in the sentence. */
const PROBLEMS: readonly (readonly [RegExp, string])[] = [
  [
    /self-signed certificate|unable to (?:verify the first certificate|get (?:local )?issuer certificate)/,
    'Herald does not know who issued it. Name a file with the certificate of its authority (PEM) in NODE_EXTRA_CA_CERTS, and start Herald again',
  ],
  [
    /does not match certificate's altnames/,
    'It is the certificate of another name. Use a name that the certificate has, or give the server a certificate of its own',
  ],
  [/certificate has expired/, 'Renew it at the server, or check the clock of this machine'],
  [/certificate is not yet valid/, 'Check the clock of this machine'],
];

/** What is wrong with the certificate of a server, and what to do; undefined for any other problem. */
export const certificateProblem = (detail: string): string | undefined => {
  const toDo = PROBLEMS.find(([pattern]) => pattern.test(detail))?.[1];
  return toDo && `its certificate is not accepted (${detail.replace(/\W+$/, '')}). ${toDo}`;
};
