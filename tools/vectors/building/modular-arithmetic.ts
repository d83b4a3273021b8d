/** The remainder in 0 to m − 1, of negative numbers as well. */
export function mod(value: bigint, m: bigint): bigint {
  const rest = value % m;
  return rest < 0n ? rest + m : rest;
}

/** base^exponent modulo m; the exponent is not negative. Four bits at a time. */
export function power(base: bigint, exponent: bigint, m: bigint): bigint {
  const table = [1n % m];
  for (let index = 1; index < 16; index++) table.push(((table[index - 1] ?? 0n) * mod(base, m)) % m);
  let result = 1n % m;
  for (const digit of exponent.toString(16)) {
    result = (result * result) % m;
    result = (result * result) % m;
    result = (result * result) % m;
    result = (result * result) % m;
    const entry = Number.parseInt(digit, 16);
    if (entry !== 0) result = (result * (table[entry] ?? 0n)) % m;
  }
  return result;
}

/** The inverse modulo m. Throws where there is none. */
export function inverse(value: bigint, m: bigint): bigint {
  let [a, b] = [mod(value, m), m];
  let [x, y] = [1n, 0n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  if (a !== 1n) throw new RangeError("no inverse");
  return mod(x, m);
}

/** Greatest common divisor. */
export function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** Number of bits of a positive integer. */
export function bitLength(value: bigint): number {
  return value.toString(2).length;
}

const smallPrimes = primesBelow(4096);

function primesBelow(bound: number): readonly bigint[] {
  const composite = new Uint8Array(bound);
  const found: bigint[] = [];
  for (let candidate = 2; candidate < bound; candidate++) {
    if (composite[candidate] === 1) continue;
    found.push(BigInt(candidate));
    for (let multiple = candidate * candidate; multiple < bound; multiple += candidate) composite[multiple] = 1;
  }
  return found;
}

/** Whether an integer is prime, as far as trial division and Miller-Rabin with the first 24 primes as bases tell. */
export function isPrime(value: bigint): boolean {
  if (value < 2n) return false;
  for (const prime of smallPrimes) if (value % prime === 0n) return value === prime;
  let [odd, twos] = [value - 1n, 0];
  while (odd % 2n === 0n) [odd, twos] = [odd / 2n, twos + 1];
  return smallPrimes.slice(0, 24).every((base) => isWitnessed(base, odd, twos, value));
}

function isWitnessed(base: bigint, odd: bigint, twos: number, value: bigint): boolean {
  let x = power(base, odd, value);
  if (x === 1n) return true;
  for (let round = 0; round < twos; round++) {
    if (x === value - 1n) return true;
    x = (x * x) % value;
  }
  return false;
}
