import { isObject, type Attributes } from '../catalog/attributes.ts';

/** RFC 7396, for objects: null takes away, objects merge, everything else replaces. */
export function mergePatch(target: unknown, patch: Attributes): Attributes {
  const merged: Attributes = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(merged, key);
    else merged[key] = isObject(value) ? mergePatch(merged[key], value) : value;
  }
  return merged;
}
