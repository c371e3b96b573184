/** Whether Herald runs on a test clock; every mail and page then says so. */
export abstract class OperatingMode {
  abstract readonly isTest: boolean;
}
