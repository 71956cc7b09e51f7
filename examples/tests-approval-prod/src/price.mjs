/** The price with tax, in whole cents. */
export function gross(net, percent) {
  return Math.round((net * (100 + percent)) / 100);
}
