/** A period that ends before it begins is refused. */
export const inOrder = (filter: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const { from, to, slotFrom, slotTo } = filter;
  return {
    ...filter,
    ...(from && to && from > to ? { from: to, to: from } : {}),
    ...(slotFrom && slotTo && slotFrom > slotTo ? { slotFrom: slotTo, slotTo: slotFrom } : {}),
  };
};
