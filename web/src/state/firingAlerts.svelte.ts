// How many alerts fire, for the navigation and the title of the page.
import { listAlerts, type AlertList } from "../services/readModel";

class FiringAlerts {
  count = $state(0);

  /** Loads the alerts and counts those that fire. */
  load = async (signal?: AbortSignal): Promise<AlertList> => {
    const list = await listAlerts(signal);
    this.count = list.alerts.filter(({ state }) => state === "firing").length;
    return list;
  };
}

export const firingAlerts = new FiringAlerts();
