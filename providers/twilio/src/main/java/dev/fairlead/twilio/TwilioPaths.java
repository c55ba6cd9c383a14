package dev.fairlead.twilio;

import java.util.Set;

/**
 * The words of Twilio's paths (checked 2026-11: github.com/twilio/twilio-oai). All else in a path may be an account's or a
 * message's SID, a phone number or a name that somebody chose.
 */
final class TwilioPaths {
    static final Set<String> WORDS = Set.of(
            ("Accounts AddOnResults Addresses Alerts AlphaSenders Applications Assets AssignedAddOns Assistants Attempts Auth"
                            + " AuthorizationDocuments AvailableAddOns AvailablePhoneNumbers Balance Bindings"
                            + " BrandRegistrations Builds Bulk Bundles ByocTrunks Calls Challenges ChannelEndpointAssignments"
                            + " Channels Commands Compositions Conferences Configuration Configurations ConnectApps"
                            + " ConnectionPolicies Consents Content Conversations Countries CredentialListMappings"
                            + " CredentialLists Credentials CumulativeStatistics CustomerProfiles Daily Deployments"
                            + " DialingPermissions Documents Domains EndUserTypes EndUsers Engagements Entities"
                            + " EntityAssignments Environments Evaluations Events Executions Exports Extensions Factors"
                            + " Feedback Fleets Flows Functions HostedNumber IncomingPhoneNumbers Insights InstalledAddOns"
                            + " Interactions Invites IpAccessControlListMappings IpAccessControlLists IpAddresses IpCommands"
                            + " IpRecords Items Jobs Keys LinkShortening Lists Local Logs Maps Media Members Messages"
                            + " Messaging Metrics Mobile Monthly NetworkAccessProfiles Networks Notifications Numbers"
                            + " Operators OptOuts Orders Organizations OriginationUrls OutgoingCallerIds Participants"
                            + " Passkeys Payments Permissions PhoneNumbers PortIn Porting PublishedTracks Queues RateLimits"
                            + " RatePlans RealTimeStatistics Receipts Recordings Records RegulatoryCompliance Reports"
                            + " Reservations Roles Rooms SIP SMS Schemas Senders Services Sessions Settings ShortCodes"
                            + " SigningKeys Sims Sinks Siprec SmsCommands Statistics Steps Streams SubscribedEvents"
                            + " SubscribedTracks Subscriptions Summary SupportingDocumentTypes SupportingDocuments"
                            + " TaskChannels TaskQueues Tasks Templates ThisMonth Today Tokens TollFree Tollfree"
                            + " Transcriptions Transcripts Transfers Triggers Trunking Trunks TrustProducts Usa2p Usage"
                            + " UsageRecords UserDefinedMessages Users Variables VerificationCheck Verifications Versions"
                            + " Video Voice Webhooks Workers Workflows Workspaces Yearly a2p token")
                    .split(" "));

    private TwilioPaths() {}
}
