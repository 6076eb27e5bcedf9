import { Environment } from '@marcbachmann/cel-js';
import { like } from './like.js';

/**
 * A variable's type as CEL writes it (`map`, `string`), or the names of an object with the type of each: those are checked when an
 * expression is compiled, and read from plain objects when it is evaluated.
 */
export type Variable = string | Readonly<Record<string, string>>;
export type Variables = Readonly<Record<string, Variable>>;

// A rule is somebody's file: whatever it says, it must not stop the process.
const LIMITS = {
  maxAstNodes: 500,
  maxDepth: 40,
  maxListElements: 200,
  maxMapEntries: 50,
  maxCallArguments: 16,
};

const environments = new Map<string, Environment>();

/** Where expressions are evaluated: facts are maps, and types are those of the values. */
export function evaluating(variables: Variables): Environment {
  const plain = Object.entries(variables).map(([name, type]): [string, Variable] => [
    name,
    typeof type === 'string' ? type : 'map',
  ]);
  return environmentOf(Object.fromEntries(plain), () => undefined);
}

/** Where expressions are checked: every name has its type. Nothing is evaluated here. */
export function checking(variables: Variables): Environment {
  return environmentOf(variables, addNulls);
}

function environmentOf(variables: Variables, add: (environment: Environment) => void): Environment {
  const key = `${add.name} ${JSON.stringify(variables)}`;
  let environment = environments.get(key);
  if (environment !== undefined) return environment;
  environment = new Environment({ homogeneousAggregateLiterals: false, limits: LIMITS });
  for (const [name, type] of Object.entries(variables)) {
    if (typeof type === 'string') environment.registerVariable(name, type);
    else environment.registerVariable(name, { schema: { ...type } });
  }
  environment.registerFunction('string.like(string): bool', (value: string, pattern: string) =>
    like(value, pattern),
  );
  addArithmetic(environment);
  add(environment);
  environments.set(key, environment);
  return environment;
}

/** Numbers from JSON are doubles and mix with whole literals. */
function addArithmetic(environment: Environment): void {
  const operations: Readonly<Record<string, (a: number, b: number) => number>> = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
  };
  for (const [sign, apply] of Object.entries(operations)) {
    environment.registerOperator(`double ${sign} int`, (a: number, b: bigint) => apply(a, Number(b)));
    environment.registerOperator(`int ${sign} double`, (a: bigint, b: number) => apply(Number(a), b));
  }
}

/** What may be null may be compared with null; whole literals stand for numbers. The evaluator finds its own way. */
function addNulls(environment: Environment): void {
  const never = (): boolean => false;
  for (const type of ['string', 'double', 'bool', 'list<string>', 'list<dyn>'])
    environment.registerOperator(`${type} == null`, never);
  environment.registerOperator('double == int', never);
  environment.registerOperator('double in list<int>', never);
}
