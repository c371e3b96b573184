/**
 * The recipient's mailbox or domain does not exist or cannot exist (RFC 3463, 3.2; RFC 7505; Exchange Online's 5.1.351). Of the other
 * numbers of 5.1, 5.1.0 leaves open whose address it is about, 5.1.5 says that it is valid, 5.1.7 and 5.1.8 are about the sender, and
 * further ones are a provider's own, such as 5.1.90 for a daily limit.
 */
export const isNoAddress = (status: string): boolean => /^5\.1\.(?:[1-46]|10|351)$/.test(status);
