/**
 * The recipient's mailbox or domain does not exist or cannot exist (RFC 3463, 3.2; RFC 7505; Exchange Online's 5.1.351). Other numbers
 * of 5.1 say that it is valid, are about the sender, or are a provider's own, such as 5.1.90 for a daily limit.
 */
export const isNoAddress = (status: string): boolean => /^5\.1\.(?:[0-46]|10|351)$/.test(status);
