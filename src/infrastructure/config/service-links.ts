/**
 * Kubernetes tells every container where the Services of its namespace are. For one that is named `herald`, or `herald-…`,
 * the names of these variables look like settings of Herald.
 */
const LINK =
  /^HERALD_(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/;
const PORT = /^HERALD_(\w+_)?PORT$/;
const ADDRESS = /^(tcp|udp|sctp):\/\//;

/** Whether an environment variable is where Kubernetes says that a Service is, and no setting. */
export const isServiceLink = (name: string, value: string | undefined): boolean =>
  LINK.test(name) || (PORT.test(name) && ADDRESS.test(value ?? ''));
