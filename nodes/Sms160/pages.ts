/** Lists come in pages with links; every list works like this. */
import type { Page, ProviderRequest } from '../../engine/operation';
import { z } from '../../engine/wire/schema';

/** `"links": [{ "rel": "next", "href": "a link to the next page" }]` */
export const links = z.array(z.object({ rel: z.string().nullish(), href: z.string().nullish() }).passthrough()).nullish();
export type Links = z.infer<typeof links>;

/** "integer, paging, from 1 to 100" */
export const pageSize = 100;

/** A page's place in the query. */
export function paging({ size, number }: Page): { page: number; limit: number } {
	return { page: number, limit: size };
}

/** Whether there is a next page. Where the links are left out, a full page is followed by another. */
export function hasNext(response: { links?: Links }, rows: unknown[], size = pageSize): boolean {
	return response.links ? hasLink(response, 'next') : rows.length >= size;
}

/** Whether there is a page before it. */
export function hasPrevious(response: { links?: Links }): boolean {
	return hasLink(response, 'prev');
}

function hasLink({ links: given }: { links?: Links }, name: string): boolean {
	return given?.some(({ rel, href }) => rel === name && Boolean(href)) ?? false;
}

/**
 * The request behind the "next" link. Only its path and query are taken: the credential goes to its own host, whatever a
 * link says.
 */
export function nextPage(given: Links): ProviderRequest | undefined {
	const href = given?.find(({ rel }) => rel === 'next')?.href;
	if (!href || !URL.canParse(href, 'https://link.invalid')) return undefined;
	const url = new URL(href, 'https://link.invalid');
	const start = url.pathname.indexOf('/v1/');
	return start < 0 ? undefined : { method: 'GET', path: url.pathname.slice(start), query: Object.fromEntries(url.searchParams) };
}
