/** The simulated providers. A new one is a folder and one entry here. */
import { bestSms } from './bestsms/provider';
import { mobileMessage } from './mobile-message/provider';
import type { Provider } from './provider';
import { sms160 } from './sms160/provider';

export const providers: Provider[] = [mobileMessage, sms160, bestSms];
