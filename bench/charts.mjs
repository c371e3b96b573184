export const charts = () => 0;
