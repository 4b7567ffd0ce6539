import { resource } from '../../../../engine/operation';
import { create } from './create.operation';
import { remove } from './delete.operation';
import { get } from './get.operation';
import { getAll } from './getAll.operation';
import { update } from './update.operation';
import { upsert } from './upsert.operation';

export const contactResource = resource('Contact', 'contact', { create, upsert, delete: remove, get, getAll, update });
