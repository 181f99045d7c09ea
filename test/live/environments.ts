/** live: what conformance's scripts know of Python environments. They are JavaScript: their types are said here. */
export interface Environment {
  readonly python: string;
  readonly env: NodeJS.ProcessEnv;
}

interface PythonPackage {
  readonly PINS: Readonly<Record<"wasmtime" | "pytest" | "numpy", string>>;
  readonly mxnetWithPackage: (release: string) => Environment;
  readonly torchWithPackage: () => Environment;
}

interface Venv {
  readonly findPython: (minors: readonly number[]) => string;
}

const load = async <Module>(name: string): Promise<Module> =>
  import(new URL(`../../conformance/${name}`, import.meta.url).href);

export const { PINS, mxnetWithPackage, torchWithPackage } = await load<PythonPackage>("python-package.mjs");
export const { findPython } = await load<Venv>("venv.mjs");
