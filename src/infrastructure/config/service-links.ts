/**
 * Kubernetes sets environment variables in every container for the Services of its namespace. For a Service named `herald`, or
 * `herald-…`, their names look like settings of Herald.
 */
const LINK =
  /^HERALD_(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/;
const PORT = /^HERALD_(\w+_)?PORT$/;
const ADDRESS = /^(tcp|udp|sctp):\/\//;

/** Whether an environment variable is a service link of Kubernetes and not a setting. */
export const isServiceLink = (name: string, value: string | undefined): boolean =>
  LINK.test(name) || (PORT.test(name) && ADDRESS.test(value ?? ''));
