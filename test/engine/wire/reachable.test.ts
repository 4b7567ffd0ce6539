/** Which addresses nobody but this machine can call. */
import { isLoopback, throwIfUnreachable } from '../../../engine/wire/reachable';

const own = ['http://localhost:5678', 'https://n8n.localhost/webhook', 'http://127.0.0.1', 'http://127.10.20.30:1', 'http://0.0.0.0:5678', 'http://[::1]:5678/x'];
const others = ['https://n8n.example.com', 'https://localhost.example.com', 'https://mylocalhost', 'https://127.0.0.1.example.com', 'https://x127.0.0.1.example', 'https://[::2]'];

test('an address of this machine is told from others that look like it', () => {
	expect(own.filter((url) => !isLoopback(url))).toEqual([]);
	expect(others.filter(isLoopback)).toEqual([]);
	expect(['', 'localhost', 'no address'].filter(isLoopback)).toEqual([]);
});

test('a provider can call public HTTPS addresses, and no other; what n8n has is said without its path', () => {
	for (const url of others) expect(() => throwIfUnreachable(url, 'Example Phone', 'Do this.')).not.toThrow();
	const refused = (url: string): unknown => {
		try {
			throwIfUnreachable(url, 'Example Phone', 'Do this.');
		} catch (thrown) {
			return thrown;
		}
		return undefined;
	};
	const told = (origin: string) => ({ failureCause: 'input', advice: 'Do this.', message: `Example Phone calls public HTTPS addresses only, and the address of this n8n is ${origin}` });
	expect(refused('http://n8n.example.com/webhook/secret')).toMatchObject(told('http://n8n.example.com'));
	expect(refused('https://localhost:5678/webhook/secret')).toMatchObject(told('https://localhost:5678'));
	expect(refused('nowhere')).toMatchObject(told(''));
});
