/** How long a load balancer is `provisioning`, in milliseconds. AWS takes minutes and names no number. */
export const provisioningMs = 10_000;

/** How long a target is `Elb.RegistrationInProgress`, in milliseconds. AWS names no number. */
export const registrationMs = 2000;
