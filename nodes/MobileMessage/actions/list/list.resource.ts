import { resource } from '../../../../engine/operation';
import { create } from './create.operation';
import { remove } from './delete.operation';
import { getAll } from './getAll.operation';
import { update } from './update.operation';

export const listResource = resource('List', 'list', { create, getAll, update, delete: remove });
