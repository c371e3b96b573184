const ARN =
  /^arn:(aws|aws-cn|aws-us-gov):sns:([a-z]{2}(?:-[a-z]+){1,3}-\d{1,2}):\d{12}:[A-Za-z0-9_-]{1,256}(?:\.fifo)?$/;

/** A topic of SNS, and the only host that anything about it is fetched from. */
export interface SnsTopic {
  readonly arn: string;
  readonly host: string;
}

/** The topic with that ARN; undefined for any other text. */
export const snsTopic = (arn: string): SnsTopic | undefined => {
  const [, partition, region] = ARN.exec(arn) ?? [];
  if (!region) return undefined;
  return { arn, host: `sns.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}` };
};

const CERTIFICATE = /^\/SimpleNotificationService-[0-9a-f]{16,64}\.pem$/;

/**
 * Whether the URL is that of a certificate at the topic's host. Compared as text, because everything that a parser forgives (user
 * information, ports, other spellings of the host) is a way to another one.
 */
export const isCertificateUrl = (url: string, { host }: SnsTopic): boolean => {
  const prefix = `https://${host}`;
  return url.startsWith(`${prefix}/`) && CERTIFICATE.test(url.slice(prefix.length));
};

/** The URL that confirms a subscription to the topic. Built here: nothing that a request names is fetched. */
export const confirmationUrl = ({ arn, host }: SnsTopic, token: string): string =>
  `https://${host}/?${new URLSearchParams({ Action: 'ConfirmSubscription', TopicArn: arn, Token: token })}`;

/** Whether the URL is at the topic's host. */
export const isAtTopic = (url: string, { host }: SnsTopic): boolean => url.startsWith(`https://${host}/`);
