const OLDEST = 120

/** Full years from a birth date to a day, both `YYYY-MM-DD`. */
export function ageOn(day: string, birthDate: string): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4))
  return day.slice(5) < birthDate.slice(5) ? years - 1 : years
}

/** Whether somebody alive can have this birth date. */
export function isPossibleBirthDate(day: string, birthDate: string): boolean {
  const age = ageOn(day, birthDate)
  return age >= 0 && age <= OLDEST
}
