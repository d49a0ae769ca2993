/** Where an order's page is. Its id holds escapes of its own, so they are escaped once more. */
export function orderHref(id: string): string {
  return `/ops/orders/${encodeURIComponent(id)}`;
}
