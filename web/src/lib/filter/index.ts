export { completions, type Completion, type KnownValues } from "./completion";
export { hasStatusTerm, setTimeRange, statusesIn, timeRangeIn, toggleStatus } from "./edit";
export { FilterError } from "./error";
export { EVERYTHING, parseFilter, printFilter, type JobFilter } from "./jobFilter";
export { filterTerm } from "./quote";
export { matchChange, type Match } from "./match";
export { selectedStatuses, toQuery, type FilterQuery } from "./toQuery";
