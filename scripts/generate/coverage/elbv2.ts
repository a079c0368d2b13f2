import * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import type { OperationCoverage, ServiceCoverage } from './model.ts';

/** Where an action, of a listener or a rule, is: below each of these places. */
function actions(member: string, wheres: readonly string[]): Pick<OperationCoverage, 'places' | 'reasons'> {
  const at = (field: string): readonly string[] => wheres.map((where) => `${where}.${field}`);
  const redirect = ['StatusCode', 'Protocol', 'Port', 'Host', 'Path', 'Query'];
  const fixed = ['StatusCode', 'MessageBody', 'ContentType'];
  return {
    places: {
      [member]: wheres,
      [`${member}[].TargetGroupArn`]: at('forward[].targetGroupArn'),
      [`${member}[].ForwardConfig`]: at('forward'),
      [`${member}[].ForwardConfig.TargetGroups`]: at('forward'),
      [`${member}[].ForwardConfig.TargetGroups[].TargetGroupArn`]: at('forward[].targetGroup'),
      [`${member}[].ForwardConfig.TargetGroups[].Weight`]: at('forward[].weight'),
      [`${member}[].ForwardConfig.TargetGroupStickinessConfig`]: at('targetGroupStickiness'),
      [`${member}[].ForwardConfig.TargetGroupStickinessConfig.DurationSeconds`]: at(
        'targetGroupStickiness.durationSeconds',
      ),
      [`${member}[].RedirectConfig`]: at('redirectTo'),
      ...Object.fromEntries(
        redirect.map((name) => [`${member}[].RedirectConfig.${name}`, at(`redirectTo.${camel(name)}`)]),
      ),
      [`${member}[].FixedResponseConfig`]: at('fixedResponse'),
      ...Object.fromEntries(
        fixed.map((name) => [`${member}[].FixedResponseConfig.${name}`, at(`fixedResponse.${camel(name)}`)]),
      ),
      ...authentication(member, 'AuthenticateOidcConfig', OIDC, at),
      [`${member}[].AuthenticateOidcConfig.ClientSecret`]: at('authenticateOidc.clientSecretParameter'),
      ...authentication(member, 'AuthenticateCognitoConfig', COGNITO, at),
      ...authentication(member, 'JwtValidationConfig', ['JwksEndpoint', 'Issuer', 'AdditionalClaims'], at),
      ...Object.fromEntries(
        ['Format', 'Name', 'Values'].map((name) => [
          `${member}[].JwtValidationConfig.AdditionalClaims[].${name}`,
          at(`jwtValidation.additionalClaims[].${camel(name)}`),
        ]),
      ),
    },
    reasons: {
      [`${member}[].Type`]: 'follows from which action is named',
      [`${member}[].Order`]: 'follows from which action is named: what authenticates comes first',
      [`${member}[].ForwardConfig.TargetGroupStickinessConfig.Enabled`]:
        'follows from targetGroupStickiness being there',
      [`${member}[].AuthenticateOidcConfig.UseExistingClientSecret`]:
        'set by Longshore wherever clientSecretParameter did not change: AWS gives the secret to nobody',
    },
  };
}

/** The members of an action that comes before the one that answers. */
function authentication(
  member: string,
  config: string,
  names: readonly string[],
  at: (field: string) => readonly string[],
): OperationCoverage['places'] {
  const field = camel(config.replace(/Config$/, ''));
  return {
    [`${member}[].${config}`]: at(field),
    ...Object.fromEntries(names.map((name) => [`${member}[].${config}.${name}`, at(`${field}.${camel(name)}`)])),
  };
}

const SESSION = [
  'SessionCookieName',
  'Scope',
  'SessionTimeout',
  'AuthenticationRequestExtraParams',
  'OnUnauthenticatedRequest',
];
const OIDC = ['Issuer', 'AuthorizationEndpoint', 'TokenEndpoint', 'UserInfoEndpoint', 'ClientId', ...SESSION];
const COGNITO = ['UserPoolArn', 'UserPoolClientId', 'UserPoolDomain', ...SESSION];

/** `MessageBody` as manifests write it. */
function camel(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

const OWNERSHIP = 'named by its key in the map of tags; the ownership tags are added';

const listenerActions = actions('DefaultActions', ['LoadBalancer.spec.listeners[].default']);
const ruleActions = actions('Actions', ['ListenerRule.spec.then', 'LoadBalancer.spec.listeners[].rules[].then']);

/** Places of a member that rules of their own and rules of a listener have alike. */
function ofRules(field: string): readonly string[] {
  return [`ListenerRule.spec.${field}`, `LoadBalancer.spec.listeners[].rules[].${field}`];
}

/** Elastic Load Balancing: application and network load balancers. */
export const elbv2: ServiceCoverage = {
  title: 'Elastic Load Balancing v2',
  sdk,
  operations: [
    {
      operation: 'CreateLoadBalancer',
      places: {
        Name: 'LoadBalancer.spec.nameOverride',
        Subnets: 'LoadBalancer.spec.subnets',
        SubnetMappings: 'LoadBalancer.spec.subnetMappings',
        'SubnetMappings[].SubnetId': 'LoadBalancer.spec.subnetMappings[].subnetId',
        'SubnetMappings[].AllocationId': 'LoadBalancer.spec.subnetMappings[].allocationId',
        'SubnetMappings[].PrivateIPv4Address': 'LoadBalancer.spec.subnetMappings[].privateIPv4Address',
        'SubnetMappings[].IPv6Address': 'LoadBalancer.spec.subnetMappings[].iPv6Address',
        SecurityGroups: 'LoadBalancer.spec.securityGroups',
        Scheme: 'LoadBalancer.spec.scheme',
        Tags: 'LoadBalancer.spec.tags',
        Type: 'LoadBalancer.spec.type',
        IpAddressType: 'LoadBalancer.spec.ipAddressType',
        'SubnetMappings[].SourceNatIpv6Prefix': 'LoadBalancer.spec.subnetMappings[].sourceNatIpv6Prefix',
        EnablePrefixForIpv6SourceNat: 'LoadBalancer.spec.enablePrefixForIpv6SourceNat',
        CustomerOwnedIpv4Pool: 'LoadBalancer.spec.customerOwnedIpv4Pool',
        IpamPools: 'LoadBalancer.spec.ipamPools',
        'IpamPools.Ipv4IpamPoolId': 'LoadBalancer.spec.ipamPools.ipv4IpamPoolId',
      },
      reasons: {
        'Tags[].*': OWNERSHIP,
      },
    },
    {
      operation: 'ModifyLoadBalancerAttributes',
      places: { Attributes: 'LoadBalancer.spec.attributes' },
      reasons: { LoadBalancerArn: 'the load balancer itself', 'Attributes[].*': 'key and value of the map' },
    },
    {
      operation: 'SetSecurityGroups',
      places: {
        SecurityGroups: 'LoadBalancer.spec.securityGroups',
        EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic:
          'LoadBalancer.spec.enforceSecurityGroupInboundRulesOnPrivateLinkTraffic',
      },
      reasons: { LoadBalancerArn: 'the load balancer itself' },
    },
    {
      operation: 'ModifyCapacityReservation',
      places: {
        MinimumLoadBalancerCapacity: 'LoadBalancer.spec.minimumLoadBalancerCapacity',
        'MinimumLoadBalancerCapacity.CapacityUnits': 'LoadBalancer.spec.minimumLoadBalancerCapacity.capacityUnits',
      },
      reasons: {
        LoadBalancerArn: 'the load balancer itself',
        ResetCapacityReservation: 'follows from minimumLoadBalancerCapacity being gone',
      },
    },
    {
      operation: 'CreateTargetGroup',
      places: {
        Name: 'TargetGroup.spec.nameOverride',
        Protocol: 'TargetGroup.spec.protocol',
        ProtocolVersion: 'TargetGroup.spec.protocolVersion',
        Port: 'TargetGroup.spec.port',
        VpcId: 'TargetGroup.spec.vpcId',
        HealthCheckProtocol: 'TargetGroup.spec.healthCheck.protocol',
        HealthCheckPort: 'TargetGroup.spec.healthCheck.port',
        HealthCheckPath: 'TargetGroup.spec.healthCheck.path',
        HealthCheckIntervalSeconds: 'TargetGroup.spec.healthCheck.intervalSeconds',
        HealthCheckTimeoutSeconds: 'TargetGroup.spec.healthCheck.timeoutSeconds',
        HealthyThresholdCount: 'TargetGroup.spec.healthCheck.healthyThreshold',
        UnhealthyThresholdCount: 'TargetGroup.spec.healthCheck.unhealthyThreshold',
        Matcher: 'TargetGroup.spec.healthCheck.matcher',
        'Matcher.HttpCode': 'TargetGroup.spec.healthCheck.matcher',
        'Matcher.GrpcCode': 'TargetGroup.spec.healthCheck.matcher',
        TargetType: 'TargetGroup.spec.targetType',
        Tags: 'TargetGroup.spec.tags',
        IpAddressType: 'TargetGroup.spec.ipAddressType',
        HealthCheckEnabled: 'TargetGroup.spec.healthCheck.enabled',
        TargetControlPort: 'TargetGroup.spec.targetControlPort',
      },
      reasons: {
        'Tags[].*': OWNERSHIP,
      },
    },
    {
      operation: 'ModifyTargetGroupAttributes',
      places: { Attributes: 'TargetGroup.spec.attributes' },
      reasons: { TargetGroupArn: 'the target group itself', 'Attributes[].*': 'key and value of the map' },
    },
    {
      operation: 'RegisterTargets',
      places: {
        Targets: 'TargetGroup.spec.targets',
        'Targets[].Id': 'TargetGroup.spec.targets[].id',
        'Targets[].Port': 'TargetGroup.spec.targets[].port',
        'Targets[].AvailabilityZone': 'TargetGroup.spec.targets[].availabilityZone',
      },
      reasons: {
        TargetGroupArn: 'the target group itself',
        'Targets[].QuicServerId': 'for the protocols QUIC and TCP_QUIC, which target groups here do not speak',
      },
    },
    {
      operation: 'CreateListener',
      places: {
        ...listenerActions.places,
        Protocol: 'LoadBalancer.spec.listeners[].protocol',
        Port: 'LoadBalancer.spec.listeners[].port',
        SslPolicy: 'LoadBalancer.spec.listeners[].sslPolicy',
        Certificates: 'LoadBalancer.spec.listeners[].certificates',
        'Certificates[].CertificateArn': 'LoadBalancer.spec.listeners[].certificates',
        AlpnPolicy: 'LoadBalancer.spec.listeners[].alpnPolicy',
        Tags: 'LoadBalancer.spec.tags',
        MutualAuthentication: 'LoadBalancer.spec.listeners[].mutualAuthentication',
        'MutualAuthentication.Mode': 'LoadBalancer.spec.listeners[].mutualAuthentication.mode',
        'MutualAuthentication.TrustStoreArn': 'LoadBalancer.spec.listeners[].mutualAuthentication.trustStoreArn',
        'MutualAuthentication.IgnoreClientCertificateExpiry':
          'LoadBalancer.spec.listeners[].mutualAuthentication.ignoreClientCertificateExpiry',
        'MutualAuthentication.AdvertiseTrustStoreCaNames':
          'LoadBalancer.spec.listeners[].mutualAuthentication.advertiseTrustStoreCaNames',
      },
      reasons: {
        ...listenerActions.reasons,
        LoadBalancerArn: 'the load balancer that the listener belongs to',
        'Certificates[].IsDefault': 'follows from the position: the first certificate is the default',
        'Tags[].*': OWNERSHIP,
        'MutualAuthentication.TrustStoreAssociationStatus': 'output of AWS',
      },
    },
    {
      operation: 'ModifyListenerAttributes',
      places: { Attributes: 'LoadBalancer.spec.listeners[].attributes' },
      reasons: { ListenerArn: 'the listener itself', 'Attributes[].*': 'key and value of the map' },
    },
    {
      operation: 'CreateRule',
      places: {
        ...ruleActions.places,
        ListenerArn: ['ListenerRule.spec.listenerArn', 'ListenerRule.spec.listener'],
        Conditions: ofRules('when'),
        'Conditions[].HostHeaderConfig': ofRules('when.hostHeader'),
        'Conditions[].HostHeaderConfig.Values': ofRules('when.hostHeader'),
        'Conditions[].HostHeaderConfig.RegexValues': ofRules('when.hostHeaderRegex'),
        'Conditions[].PathPatternConfig': ofRules('when.pathPattern'),
        'Conditions[].PathPatternConfig.Values': ofRules('when.pathPattern'),
        'Conditions[].PathPatternConfig.RegexValues': ofRules('when.pathPatternRegex'),
        'Conditions[].HttpHeaderConfig': ofRules('when.httpHeader'),
        'Conditions[].HttpHeaderConfig.HttpHeaderName': ofRules('when.httpHeader[].httpHeaderName'),
        'Conditions[].HttpHeaderConfig.Values': ofRules('when.httpHeader[].values'),
        'Conditions[].HttpHeaderConfig.RegexValues': ofRules('when.httpHeader[].regexValues'),
        'Conditions[].QueryStringConfig': ofRules('when.queryString'),
        'Conditions[].QueryStringConfig.Values': ofRules('when.queryString'),
        'Conditions[].QueryStringConfig.Values[].Key': ofRules('when.queryString[].key'),
        'Conditions[].QueryStringConfig.Values[].Value': ofRules('when.queryString[].value'),
        'Conditions[].HttpRequestMethodConfig': ofRules('when.httpRequestMethod'),
        'Conditions[].HttpRequestMethodConfig.Values': ofRules('when.httpRequestMethod'),
        'Conditions[].SourceIpConfig': ofRules('when.sourceIp'),
        'Conditions[].SourceIpConfig.Values': ofRules('when.sourceIp'),
        Priority: ofRules('priority'),
        Tags: ['ListenerRule.spec.tags', 'LoadBalancer.spec.tags'],
        Transforms: ofRules('transforms'),
        'Transforms[].HostHeaderRewriteConfig': ofRules('transforms[].hostHeaderRewrite'),
        'Transforms[].HostHeaderRewriteConfig.Rewrites': ofRules('transforms[].hostHeaderRewrite'),
        'Transforms[].HostHeaderRewriteConfig.Rewrites[].Regex': ofRules('transforms[].hostHeaderRewrite.regex'),
        'Transforms[].HostHeaderRewriteConfig.Rewrites[].Replace': ofRules('transforms[].hostHeaderRewrite.replace'),
        'Transforms[].UrlRewriteConfig': ofRules('transforms[].urlRewrite'),
        'Transforms[].UrlRewriteConfig.Rewrites': ofRules('transforms[].urlRewrite'),
        'Transforms[].UrlRewriteConfig.Rewrites[].Regex': ofRules('transforms[].urlRewrite.regex'),
        'Transforms[].UrlRewriteConfig.Rewrites[].Replace': ofRules('transforms[].urlRewrite.replace'),
      },
      reasons: {
        ...ruleActions.reasons,
        'Conditions[].Field': 'follows from which condition is named',
        'Conditions[].Values': 'the older form of HostHeaderConfig and PathPatternConfig',
        'Conditions[].RegexValues': 'the shorter form of the RegexValues of a condition',
        'Conditions[].SourceIpConfig.IpAddressType':
          'for rules of network load balancers: rules need protocol HTTP or HTTPS here, where AWS takes CIDR blocks only',
        'Tags[].*': OWNERSHIP,
        'Transforms[].Type': 'follows from which rewrite is named',
      },
    },
  ],
};
