/** The simulated providers. A new one is a folder and one entry here. */
import { mobileMessage } from './mobile-message/provider';
import type { Provider } from './provider';

export const providers: Provider[] = [mobileMessage];
