/** Folders that hold nothing but generated files. */
export const OWNED_FOLDERS: readonly string[] = ['crds', 'controller/src/api/generated', 'docs/reference'];

/** Manifests that the reference pages show, one for each kind. */
export const EXAMPLES = 'controller/src/api/examples';
